// DBOS without its Conductor, as its docs say: an executor recovers what was pending under its own id when it is started
// again, so a supervisor that sees the process end starts it at once; what it recovers goes back to the queue, which it
// and a second executor poll. So this is the time of a restart: when a whole machine is lost, nobody recovers anything
// until an executor of that id is started elsewhere (Conductor, a paid service, waits 60 s unless it is told otherwise).
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DBOSClient } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { type Child, startChild } from './child.ts';
import { DBOS_APP, DBOS_QUEUE, DBOS_WORKFLOW } from './dbos-settings.ts';
import type { Peer } from './peer.ts';

const EXECUTOR = fileURLToPath(new URL('./dbos-executor.ts', import.meta.url));

/** @param url an empty database */
export async function startDbos(url: string): Promise<Peer> {
  const start = (id: string) => startChild(EXECUTOR, [url, id]);
  const executors = new Map<string, Child>();
  for (const id of ['one', 'two']) executors.set(id, await start(id));
  const client = await DBOSClient.create({ systemDatabaseUrl: url, applicationName: DBOS_APP.name });
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {});
  return {
    async takeOver() {
      const { workflowID } = await client.enqueue({
        queueName: DBOS_QUEUE,
        workflowName: DBOS_WORKFLOW,
        appVersion: DBOS_APP.applicationVersion,
      });
      await waitForStep(pool, workflowID, 5);
      const { rows } = await pool.query<{ id: string }>(
        'select executor_id as id from dbos.workflow_status where workflow_uuid = $1',
        [workflowID],
      );
      const id = rows[0]?.id as string;
      await delay(Math.random() * 1_000);
      const killedAt = Date.now();
      await executors.get(id)?.kill();
      const starting = start(id);
      // Its last commit may still be on its way through the server.
      await delay(20);
      const at = await waitForStep(pool, workflowID, (await lastStep(pool, workflowID)) + 1);
      executors.set(id, await starting);
      await client.cancelWorkflow(workflowID);
      return at - killedAt;
    },
    async close() {
      await client.destroy();
      await Promise.all([...executors.values()].map((executor) => executor.kill()));
      await pool.end();
    },
  };
}

async function lastStep(pool: pg.Pool, id: string): Promise<number> {
  const { rows } = await pool.query<{ step: number | null }>(
    'select max(function_id) as step from dbos.operation_outputs where workflow_uuid = $1',
    [id],
  );
  return rows[0]?.step ?? -1;
}

/** @returns when it was seen that the step is durable: a few ms late */
async function waitForStep(pool: pg.Pool, id: string, step: number): Promise<number> {
  while ((await lastStep(pool, id)) < step) await delay(5);
  return Date.now();
}
