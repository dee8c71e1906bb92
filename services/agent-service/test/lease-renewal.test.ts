// Who keeps a run's lease, and who lets it run out.
import type { Database } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLeaseRenewal } from '../src/runs/lease-renewal.ts';
import { claimRun } from '../src/runs/run-store.ts';
import { startRunWorker } from '../src/runs/run-worker.ts';
import { claim, expireLease, type GivenService, givenReadyRun, givenService } from './given-service.ts';

let service: GivenService;
let number = 0;
const newTask = () => `renewal-${++number}`;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** Ends what is left over, so that tests do not meet each other's runs. */
async function endAll(): Promise<void> {
  await service.deps.db.query(`update runs set state = 'ended'`);
}

describe('renewal', () => {
  test('a holder that lives keeps its runs; when it has closed they can be claimed', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    const run = await claim(service.deps, 'living');
    await expireLease(service.deps, task);
    const renewal = startLeaseRenewal({ databaseUrl: service.database.url, holder: 'living', logger: silentLogger });
    renewal.hold(run);
    const isLeased = async () => {
      const [row] = await service.deps.db.query<{ leased: boolean }>(
        'select lease_expires_at > clock_timestamp() as leased from runs where task_id = $1',
        [task],
      );
      return row?.leased;
    };
    await eventually(isLeased);
    await renewal.close();
    await eventually(async () => (await isLeased()) === false);
    expect((await claim(service.deps, 'next')).task_id).toBe(task);
  });

  test('a run that is let go while the database was away is not renewed: another worker gets it', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    let asked = false;
    // As after an outage: the run fails, and that cannot even be written down.
    const away: Database = {
      ...service.deps.db,
      query: (sql, values) =>
        asked && sql.includes('update runs') ? Promise.reject(new Error('away')) : service.deps.db.query(sql, values),
    };
    const worker = startRunWorker({
      db: away,
      databaseUrl: service.database.url,
      logger: silentLogger,
      concurrency: 1,
      async execute() {
        asked = true;
        throw new Error('The database is away.');
      },
    });
    try {
      await eventually(() => asked);
      expect((await eventually(() => claimRun(service.deps.db, 'another'))).task_id).toBe(task);
    } finally {
      await worker.close();
    }
  });

  test('a run that is taken over again and again is leased for longer, so that a starved worker gets to the end of a call', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    const leases: number[] = [];
    for (let claims = 0; claims < 8; claims += 1) {
      const before = Date.now();
      await claim(service.deps, `worker-${claims}`);
      const [row] = await service.deps.db.query<{ until: Date }>(
        'select lease_expires_at as until from runs where task_id = $1',
        [task],
      );
      // Rounded down to a power of two: what the statement itself took does not show.
      leases.push(2 ** Math.floor(Math.log2(((row?.until.getTime() ?? 0) - before + 5) / 1_000)));
      await expireLease(service.deps, task);
    }
    expect(leases).toEqual([2, 2, 4, 8, 16, 32, 32, 32]);
  });

  test('a renewal keeps a lease as long as the claim made it', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    await service.deps.db.query('update runs set recoveries = 9 where task_id = $1', [task]);
    const run = await claim(service.deps, 'starved');
    await expireLease(service.deps, task);
    const renewal = startLeaseRenewal({ databaseUrl: service.database.url, holder: 'starved', logger: silentLogger });
    try {
      renewal.hold(run);
      await eventually(async () => {
        const [row] = await service.deps.db.query<{ long: boolean }>(
          `select lease_expires_at > clock_timestamp() + interval '10 seconds' as long from runs where task_id = $1`,
          [task],
        );
        return row?.long;
      });
    } finally {
      await renewal.close();
    }
  });
});
