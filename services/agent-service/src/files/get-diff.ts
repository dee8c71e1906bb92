import { Readable } from 'node:stream';
import { endpoint } from '@builder-ai/platform/endpoint';
import { etagOf } from '@builder-ai/platform/etag';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { foldLedger } from '../ledger/run-progress.ts';
import { streamDiff } from '../workspace/diff-trees.ts';
import { isNothing, type Snapshot } from '../workspace/snapshot.ts';
import { findWorkspace } from './find-workspace.ts';

type GetDiff = { step?: number; from?: number; to?: number; with?: string };

const MAX_BYTES = 5 * 1024 * 1024;

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

const stepNumber = Joi.number().integer().min(0);

/**
 * What the task changed as a unified diff: since it began, in one `step`, or from before the step `from` until after the
 * step `to`. `with` another task: what differs in that one's files from this one's, as both are now.
 */
export const getDiff = endpoint<Deps, undefined, GetDiff>({
  method: 'get',
  path: '/tasks/:id/diff',
  access: 'task.read',
  summary: 'Gives what a task, or some of its steps, changed',
  answers: { 200: { media: ['text/plain'], description: 'A unified diff.' } },
  errors: ['TASK_NOT_FOUND', 'FILE_NOT_FOUND'],
  query: Joi.object<GetDiff>({ step: stepNumber, from: stepNumber, to: stepNumber, with: Joi.string().max(200) })
    .without('step', ['from', 'to'])
    .without('with', ['step', 'from', 'to']),
  async handle({ deps, identity, params, query }) {
    const taskId = params.id as string;
    const found = await findWorkspace(deps, identity, taskId);
    const { gitDir, snapshot } = found;
    if (query.with !== undefined) {
      const other = await findWorkspace(deps, identity, query.with);
      // A task that has made nothing has no repository to run git in.
      const places = [found, other].filter((each) => !isNothing(each.snapshot)).map((each) => each.gitDir);
      const [place = '', alsoRead] = places;
      const differences = streamDiff(place, snapshot, other.snapshot, MAX_BYTES, alsoRead);
      return { status: 200, stream: Readable.from(differences), headers: headersOf(snapshot, other.snapshot) };
    }
    const { from = query.step, to = query.step } = query;
    const isWhole = from === undefined && to === undefined;
    const entries = isWhole ? [] : await readLedger(deps.db, taskId);
    const before = from === undefined ? null : stateBefore(entries, from);
    const after = to === undefined ? snapshot : stateAfter(entries, to, snapshot);
    return {
      status: 200,
      stream: after ? Readable.from(streamDiff(gitDir, before, after, MAX_BYTES)) : Readable.from([]),
      headers: headersOf(before, after),
    };
  },
});

/** Two trees have one diff. */
function headersOf(before: Snapshot | null, after: Snapshot | null): Record<string, string> {
  return { ...PLAIN, etag: etagOf(JSON.stringify([before, after])) };
}

/** @throws AppError FILE_NOT_FOUND when the step was not begun */
function stateBefore(entries: readonly LedgerEntry[], step: number): Snapshot | null {
  const begin = foldLedger(entries).begins[step];
  if (!begin) throw new AppError('FILE_NOT_FOUND', { detail: 'This step was not begun yet.' });
  return begin.workspace;
}

/** @param now what stands for the end of a step that is being made @throws AppError as above */
function stateAfter(entries: readonly LedgerEntry[], step: number, now: Snapshot | null): Snapshot | null {
  stateBefore(entries, step);
  const last = entries.findLast(
    (entry) => (entry.kind === 'step.begun' || entry.kind === 'step.done') && entry.step === step,
  );
  return last?.kind === 'step.done' ? last.after : now;
}
