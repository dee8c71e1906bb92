import { Readable } from 'node:stream';
import type { AgentMode, Approval, TaskType } from '@builder-ai/contracts/task';
import type { Database } from '@builder-ai/platform/database';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { type FoundWorkspace, findWorkspace } from '../files/find-workspace.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { readEvents } from './read-events.ts';
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
    const workspace = await findWorkspace(deps, identity, taskId);
    const head = await findHead(deps.db, taskId);
    if (!head) throw new AppError('FILE_NOT_FOUND', { detail: 'This task was not run yet.' });
    const name = taskId.replace(/[^A-Za-z0-9_-]/g, '_');
    return {
      status: 200,
      stream: Readable.from(linesOf(deps.db, head, workspace)),
      headers: {
        'content-type': 'application/jsonl',
        'content-disposition': `attachment; filename="${name}.jsonl"`,
      },
    };
  },
});

async function findHead(db: Database, taskId: string): Promise<RecordingHead | undefined> {
  const [run] = await db.query<{
    goal: string;
    task_type: TaskType;
    agent_mode: AgentMode | null;
    approval: Approval;
  }>('select goal, task_type, agent_mode, approval from runs where task_id = $1', [taskId]);
  return run && { type: 'recording', version: RECORDING_VERSION, task_id: taskId, ...run };
}

/** A page of the ledger at a time: a long run is not held in memory. */
async function* linesOf(db: Database, head: RecordingHead, workspace: FoundWorkspace): AsyncGenerator<string> {
  let lines = 1;
  const toLine = (value: object) => {
    lines += 1;
    return `${JSON.stringify(value)}\n`;
  };
  // Before the ledger, which may grow meanwhile: no event is there without the row that it tells of.
  const events = await readEvents(db, head.task_id);
  yield `${JSON.stringify(head)}\n`;
  for (let after = 0; ; ) {
    const rows = await db.query<{ no: number; epoch: number; at: Date; data: LedgerEntry }>(
      'select no, epoch, at, data from ledger where task_id = $1 and no > $2 order by no limit $3',
      [head.task_id, after, PAGE],
    );
    for (const { no, epoch, at, data } of rows) {
      const row: RecordedRow = { type: 'ledger', no, epoch: Number(epoch), at: at.toISOString(), entry: data };
      yield toLine(row);
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) break;
    after = last.no;
  }
  for (const event of events) yield toLine(event);
  for (const file of await walkOf(workspace.gitDir, workspace.snapshot)) yield toLine(file);
  const end: RecordingEnd = { type: 'end', lines: lines + 1 };
  yield `${JSON.stringify(end)}\n`;
}
