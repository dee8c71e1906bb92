// The thread of lease-renewal.ts: one statement each half second renews every run that this process drives.
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { LEASE_MS, LEASE_RENEW_MS } from '@builder-ai/platform/lease';
import pg from 'pg';
import { leaseMsOf } from './lease-length.ts';

/** A main loop that has not ticked for this long is taken for hung: its runs go to another worker. */
const HUNG_AFTER_MS = 10_000;

const { databaseUrl, holder, lastTick } = workerData as {
  databaseUrl: string;
  holder: string;
  lastTick: BigInt64Array;
};

// A run that is locked at this moment is being written, and is renewed the next time, half a second later: one whose lock is
// held for long must not keep the others from being renewed.
const RENEW = `with mine as (
    select runs.task_id from runs join unnest($2::text[], $3::bigint[]) as held(task_id, epoch)
      on runs.task_id = held.task_id and runs.epoch = held.epoch
    where holder = $1 and state = 'running' for no key update of runs skip locked
  )
  update runs set lease_expires_at = clock_timestamp() + ${leaseMsOf('runs.recoveries')} * interval '1 millisecond'
  from mine where runs.task_id = mine.task_id`;

// Only these: a run that this process gave up while the database was away must not be kept from the others for ever.
const held = new Map<string, number>();
parentPort?.on('message', ({ hold, task_id, epoch }: { hold: boolean; task_id: string; epoch: number }) => {
  if (hold) held.set(task_id, epoch);
  else if (held.get(task_id) === epoch) held.delete(task_id);
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'agent-service-leases',
    connectionTimeoutMillis: LEASE_MS,
    statement_timeout: LEASE_MS,
    keepAlive: true,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

let client: pg.Client | undefined;
for (;;) {
  const hung = Date.now() - Number(Atomics.load(lastTick, 0)) > HUNG_AFTER_MS;
  try {
    client ??= await connect();
    const values = [holder, [...held.keys()], [...held.values()]];
    if (!hung && held.size > 0) await client.query({ name: 'renew', text: RENEW, values });
  } catch (error) {
    parentPort?.postMessage((error as Error).message);
    await client?.end().catch(() => {});
    client = undefined;
  }
  await delay(LEASE_RENEW_MS);
}
