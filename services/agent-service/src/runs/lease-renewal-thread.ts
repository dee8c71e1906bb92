// The thread of lease-renewal.ts: one statement each half second renews everything that this process holds.
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { LEASE_MS, LEASE_RENEW_MS } from '@builder-ai/platform/lease';
import pg from 'pg';

/** A main loop that has not ticked for this long is taken for hung: its runs go to another worker. */
const HUNG_AFTER_MS = 10_000;

const { databaseUrl, holder, lastTick } = workerData as {
  databaseUrl: string;
  holder: string;
  lastTick: BigInt64Array;
};

const RENEW = `update runs set lease_expires_at = clock_timestamp() + $2 * interval '1 millisecond'
  where holder = $1 and state = 'running'`;

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
    if (!hung) await client.query({ name: 'renew', text: RENEW, values: [holder, LEASE_MS] });
  } catch (error) {
    parentPort?.postMessage((error as Error).message);
    await client?.end().catch(() => {});
    client = undefined;
  }
  await delay(LEASE_RENEW_MS);
}
