// A worker of pg-boss with a job that goes on and leaves a row each 50 ms. Ends with its parent.
// Usage: node pg-boss-worker.ts <database> (started by takeover-peers.ts, which it tells when it is ready)
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { PG_BOSS_OPTIONS, PG_BOSS_QUEUE, QUEUE_OPTIONS, WORK_OPTIONS } from './pg-boss-settings.ts';

process.once('disconnect', () => process.exit());
const [connectionString] = process.argv.slice(2) as [string];
const pool = new pg.Pool({ connectionString, max: 2 });
const boss = new PgBoss({ connectionString, ...PG_BOSS_OPTIONS });
boss.on('error', console.error);
await boss.start();
await boss.createQueue(PG_BOSS_QUEUE, QUEUE_OPTIONS);
await boss.work(PG_BOSS_QUEUE, WORK_OPTIONS, async ([job]) => {
  const insert = `insert into progress (job, pid) select $1::uuid, $2::int
    where not exists (select 1 from stopped where job = $1::uuid)`;
  while ((await pool.query(insert, [job?.id, process.pid])).rowCount) await delay(50);
});
process.send?.('ready');
