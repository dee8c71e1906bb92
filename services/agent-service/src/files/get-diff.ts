import { Readable } from 'node:stream';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { readLedger } from '../ledger/ledger.ts';
import { foldLedger } from '../ledger/run-progress.ts';
import { diffTrees } from '../workspace/diff-trees.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { findWorkspace } from './find-workspace.ts';

type GetDiff = { step?: number };

const MAX_LENGTH = 5 * 1024 * 1024;

/** What the task changed since it began, or one step of it, as a unified diff. */
export const getDiff = endpoint<Deps, undefined, GetDiff>({
  method: 'get',
  path: '/tasks/:id/diff',
  access: 'task.read',
  query: Joi.object<GetDiff>({ step: Joi.number().integer().min(0) }),
  async handle({ deps, identity, params, query }) {
    const taskId = params.id as string;
    const { gitDir, snapshot } = await findWorkspace(deps, identity, taskId);
    const [from, to] = query.step === undefined ? [null, snapshot] : await statesOf(deps, taskId, query.step, snapshot);
    const diff = to ? await diffTrees(gitDir, from, to) : '';
    const body =
      diff.length > MAX_LENGTH ? `${diff.slice(0, MAX_LENGTH)}\n… the diff is longer and was cut off here …\n` : diff;
    return { status: 200, stream: Readable.from([body]), headers: { 'content-type': 'text/plain; charset=utf-8' } };
  },
});

/** The workspace before a step and after it; of the step that is being made, as it is now. */
async function statesOf(
  deps: Deps,
  taskId: string,
  step: number,
  now: Snapshot | null,
): Promise<[Snapshot | null, Snapshot | null]> {
  const entries = await readLedger(deps.db, taskId);
  const { begins } = foldLedger(entries);
  const begin = begins[step];
  if (!begin) throw new AppError('FILE_NOT_FOUND', { detail: 'This step was not begun yet.' });
  const done = entries.findLast((entry) => entry.kind === 'step.done' && entry.step === step);
  const begunAgain = entries.findLastIndex((entry) => entry.kind === 'step.begun' && entry.step === step);
  const isDone = done?.kind === 'step.done' && entries.indexOf(done) > begunAgain;
  return [begin.workspace, isDone ? done.after : now];
}
