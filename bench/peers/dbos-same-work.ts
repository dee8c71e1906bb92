// A workflow of DBOS that leaves behind what a run of ours does whose one step writes a file: the planner's answer, the
// builder's answer and the outcome of its tool call are steps (each a durable row), the events that tell of each are rows of
// a table, and the workspace has the file and a repository with a commit, made by our own code.
import { randomUUID } from 'node:crypto';
import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { newWorkspace } from '../../services/agent-service/src/workspace/workspace.ts';
import { FILE } from '../instant-model.ts';

/** As many as a run of ours tells after each answer and at its end. */
const EVENTS = { plan: 7, answer: 2, end: 9 };
/** As large as ours are. */
const EVENT = JSON.stringify({ specversion: '1.0', text: 'x'.repeat(420) });

export type SameWork = { run: () => Promise<void>; close(): Promise<void> };

/** Registers the workflow; DBOS is launched afterwards. */
export async function sameWork(url: string, connections: number, workspaceRoot: string): Promise<SameWork> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  await pool.query('create table events (position bigserial primary key, key text not null, event text not null)');
  const tell = (key: string, count: number) =>
    pool.query({
      name: 'tell',
      text: 'insert into events (key, event) select $1, unnest($2::text[])',
      values: [key, Array.from({ length: count }, () => EVENT)],
    });
  const workflow = DBOS.registerWorkflow(
    async () => {
      const key = randomUUID();
      await DBOS.runStep(
        async () => {
          await tell(key, EVENTS.plan);
          return { content: [{ type: 'text', text: '1. All of it' }] };
        },
        { name: 'plan' },
      );
      await DBOS.runStep(
        async () => {
          await tell(key, EVENTS.answer);
          return { content: [{ type: 'tool_use', id: 'write_file', name: 'write_file', input: FILE }] };
        },
        { name: 'answer' },
      );
      await DBOS.runStep(
        async () => {
          const workspace = newWorkspace(workspaceRoot, key, 1, null);
          await workspace.writeFile(FILE.path, FILE.content);
          const { snapshot } = await (await workspace.snapshot(null))();
          const commit = await workspace.commit(snapshot, null, { message: 'All of it', trailers: { Step: '0' } });
          await workspace.showCommit(commit);
          await tell(key, EVENTS.end);
          return { commit };
        },
        { name: 'tool' },
      );
    },
    { name: 'sameWork' },
  );
  return { run: workflow, close: () => pool.end() };
}
