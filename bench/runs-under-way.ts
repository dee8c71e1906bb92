// Keeps so many runs under way on a cluster: when one has ended, another one is asked for.
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '@builder-ai/contracts/task';
import type pg from 'pg';
import { newPatientClient } from '../test/chaos/patient-client.ts';
import { API_KEY, type Cluster } from '../test/cluster/cluster.ts';

export type RunsUnderWay = {
  /** No more are begun. Resolves when all have ended. */
  finish(): Promise<{ completed: number; others: number }>;
};

const END_LIMIT_MS = 180_000;
const POLL_MS = 250;

export function keepRunsUnderWay(options: { cluster: Cluster; pool: pg.Pool; runs: number }): RunsUnderWay {
  const { cluster, pool, runs } = options;
  const client = newPatientClient(cluster.url, API_KEY);
  const ids: string[] = [];
  let finishing = false;

  async function runOne(nth: number): Promise<void> {
    const { body } = await client.request<Task>('POST', '/tasks', { type: 'build', goal: `run ${nth}` });
    ids.push(body.id);
    await client.request('POST', `/tasks/${body.id}/run-async`);
    for (let endBy = Number.POSITIVE_INFINITY; performance.now() < endBy; await delay(POLL_MS)) {
      if (finishing) endBy = Math.min(endBy, performance.now() + END_LIMIT_MS);
      const { rows } = await pool.query<{ state: string }>('select state from runs where task_id = $1', [body.id]);
      if (rows[0]?.state === 'ended') return;
    }
    throw new Error(`The run of task ${body.id} did not end.`);
  }

  const all = Promise.all(
    Array.from({ length: runs }, async (_, lane) => {
      // Not all in the same step.
      await delay(lane * 100);
      for (let nth = 0; !finishing; nth += 1) await runOne(lane * 1_000 + nth);
    }),
  );
  all.catch(() => {});
  return {
    async finish() {
      finishing = true;
      await all;
      const count = { completed: 0, others: 0 };
      for (const id of ids) count[await endOf(id)] += 1;
      return count;
    },
  };

  /** The last event may still be on its way to the task. */
  async function endOf(id: string): Promise<'completed' | 'others'> {
    for (const until = performance.now() + 10_000; performance.now() < until; await delay(POLL_MS)) {
      const { body } = await client.request<Task>('GET', `/tasks/${id}`);
      if (body.status === 'completed') return 'completed';
    }
    return 'others';
  }
}
