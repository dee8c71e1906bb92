import { Readable } from 'node:stream';
import type { Database } from '@builder-ai/platform/database';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { checkMayRead, type FoundWorkspace } from '../files/find-workspace.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { findRecordedTree } from '../ledger/read-ledger.ts';
import type { RunState } from '../runs/run.ts';
import { repositoryOf } from '../workspace/workspace.ts';
import { readEvents, TOLD_EVENTS } from './read-events.ts';
import { RECORDING_VERSION, type RecordedRow, type RecordingEnd, type RecordingHead } from './recording.ts';
import { walkOf } from './workspace-walk.ts';

const PAGE = 200;

/** The whole run as one file, as far as it has come: see docs/recording.md. `npm run replay` runs it again. */
export const getRecording = endpoint<Deps>({
  method: 'get',
  path: '/tasks/:id/recording',
  access: 'task.read',
  summary: 'Gives the whole run as one file',
  answers: { 200: { media: ['application/jsonl'], description: 'See docs/recording.md.' } },
  errors: ['TASK_NOT_FOUND', 'FILE_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const taskId = params.id as string;
    await checkMayRead(deps, identity, taskId);
    const run = await findRun(deps.db, taskId);
    if (!run) throw new AppError('FILE_NOT_FOUND', { detail: 'This task was not run yet.' });
    const { head, place } = run;
    const snapshot = await findRecordedTree(deps.db, taskId, place.last_row);
    const workspace = { gitDir: repositoryOf(deps.workspaceRoot, taskId), snapshot };
    const name = taskId.replace(/[^A-Za-z0-9_-]/g, '_');
    return {
      status: 200,
      stream: Readable.from(linesOf(deps.db, head, place, workspace)),
      headers: {
        'content-type': 'application/jsonl',
        'content-disposition': `attachment; filename="${name}.jsonl"`,
      },
    };
  },
});

type Place = { state: RunState; last_row: number; last_event: number };

/** The run as it is at one moment: its ledger and its events only grow, so what they held then is still to be read. */
async function findRun(db: Database, taskId: string): Promise<{ head: RecordingHead; place: Place } | undefined> {
  const [run] = await db.query<Omit<RecordingHead, 'type' | 'version' | 'task_id'> & Place>(
    `select goal, task_type, agent_mode, approval, state, ledger_no as last_row,
       coalesce((select last_no from outbox_keys where topic = $2 and key = $1), 0) as last_event
     from runs where task_id = $1`,
    [taskId, TOLD_EVENTS.topic],
  );
  if (!run) return undefined;
  const { state, last_row, last_event, ...rest } = run;
  const head: RecordingHead = { type: 'recording', version: RECORDING_VERSION, task_id: taskId, ...rest };
  return { head, place: { state, last_row, last_event: Number(last_event) } };
}

/** A page of the ledger at a time: a long run is not held in memory. */
async function* linesOf(
  db: Database,
  head: RecordingHead,
  place: Place,
  workspace: FoundWorkspace,
): AsyncGenerator<string> {
  let lines = 1;
  const toLine = (value: object) => {
    lines += 1;
    return `${JSON.stringify(value)}\n`;
  };
  yield `${JSON.stringify(head)}\n`;
  for (let after = 0; after < place.last_row; ) {
    const rows = await db.query<{ no: number; epoch: number; at: Date; data: LedgerEntry }>(
      'select no, epoch, at, data from ledger where task_id = $1 and no > $2 and no <= $3 order by no limit $4',
      [head.task_id, after, place.last_row, PAGE],
    );
    for (const { no, epoch, at, data } of rows) {
      const row: RecordedRow = { type: 'ledger', no, epoch: Number(epoch), at: at.toISOString(), entry: data };
      yield toLine(row);
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) break;
    after = last.no;
  }
  for (const event of await readEvents(db, head.task_id, place.last_event)) yield toLine(event);
  for (const file of await walkOf(workspace.gitDir, workspace.snapshot)) yield toLine(file);
  const end: RecordingEnd = { type: 'end', lines: lines + 1, ...place };
  yield `${JSON.stringify(end)}\n`;
}
