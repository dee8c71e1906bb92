// pg-boss: two workers on one queue; the one that has the job is killed, and the other gets it when the heartbeat is over.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { type Child, startChild } from './child.ts';
import type { Peer } from './peer.ts';
import { PG_BOSS_OPTIONS, PG_BOSS_QUEUE } from './pg-boss-settings.ts';

const WORKER = fileURLToPath(new URL('./pg-boss-worker.ts', import.meta.url));
const TABLES = `create table progress (job uuid, pid int, at timestamptz not null default clock_timestamp());
  create index on progress (job, at); create table stopped (job uuid primary key)`;

/** @param url an empty database */
export async function startPgBoss(url: string): Promise<Peer> {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {});
  await pool.query(TABLES);
  // Gives work only: supervising is left to the workers.
  const boss = new PgBoss({ connectionString: url, ...PG_BOSS_OPTIONS, supervise: false });
  boss.on('error', () => {});
  await boss.start();
  let workers: Child[] = [await startChild(WORKER, [url]), await startChild(WORKER, [url])];
  return {
    async takeOver() {
      const job = await boss.send(PG_BOSS_QUEUE, {});
      const [pid] = await firstRow(pool, job, 'offset 5');
      const worker = workers.find((each) => each.pid === pid) as Child;
      await delay(Math.random() * 1_000);
      const killedAt = Date.now();
      await worker.kill();
      const [, at] = await firstRow(pool, job, 'limit 1', pid);
      await pool.query('insert into stopped values ($1)', [job]);
      workers = [...workers.filter((each) => each !== worker), await startChild(WORKER, [url])];
      return at.getTime() - killedAt;
    },
    async close() {
      await boss.stop({ graceful: false });
      await Promise.all(workers.map((worker) => worker.kill()));
      await pool.end();
    },
  };
}

/** The first row of a job that is not of `not`, once there is one. */
async function firstRow(pool: pg.Pool, job: string | null, which: string, not = 0): Promise<[pid: number, at: Date]> {
  for (;;) {
    const sql = `select pid, at from progress where job = $1 and pid <> $2 order by at ${which}`;
    const { rows } = await pool.query<{ pid: number; at: Date }>(sql, [job, not]);
    if (rows[0]) return [rows[0].pid, rows[0].at];
    await delay(10);
  }
}
