import { afterEach, describe, expect, jest, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { busCheck, type Check, type CheckResult, databaseCheck, diskSpaceCheck, newHealth } from './health.ts';

afterEach(() => {
  jest.useRealTimers();
});

function given(...checks: Check[]) {
  const health = newHealth(checks);
  const app: Express = express();
  health.mount(app);
  const ask = async (path: string) => {
    const { status, body } = await request(app).get(path);
    return { status, body };
  };
  return { health, ask, ready: () => ask('/health/readiness') };
}

const check = (name: string, run: Check['run'], critical = false): Check => ({ name, critical, run });
const healthy = async (): Promise<CheckResult> => ({ status: 'healthy', version: 18 });
const broken = () => Promise.reject(new Error('password wrong for user admin'));

describe('readiness', () => {
  test('200 ready: every check is well, with its details and how long it took', async () => {
    const { ready } = given(check('database', healthy, true), check('bus', healthy));
    const well = { status: 'healthy', version: 18, duration_ms: expect.any(Number) };
    expect(await ready()).toEqual({ status: 200, body: { status: 'ready', checks: { database: well, bus: well } } });
  });

  test('200 ready: there is nothing to check', async () => {
    expect(await given().ready()).toEqual({ status: 200, body: { status: 'ready', checks: {} } });
  });

  test('200 degraded: a check that is not critical fails, and the page does not say more than it must', async () => {
    const { status, body } = await given(check('database', healthy, true), check('bus', broken)).ready();
    expect([status, body.status]).toEqual([200, 'degraded']);
    expect(body.checks.bus).toEqual({ status: 'unhealthy', error: 'unreachable', duration_ms: expect.any(Number) });
    expect(JSON.stringify(body)).not.toContain('admin');
  });

  test('200 degraded: a check warns, even a critical one', async () => {
    const warns = async (): Promise<CheckResult> => ({ status: 'warning', free_percent: 3 });
    const { status, body } = await given(check('disk', warns, true)).ready();
    expect([status, body.status, body.checks.disk.free_percent]).toEqual([200, 'degraded', 3]);
  });

  test('503 not ready: a critical check fails, also when it throws at once', async () => {
    const throws = () => {
      throw new Error('at once');
    };
    for (const run of [broken, throws]) {
      const { status, body } = await given(check('database', run, true), check('bus', healthy)).ready();
      expect([status, body.status, body.checks.bus.status]).toEqual([503, 'not_ready', 'healthy']);
    }
  });

  test('503 not ready: the service is about to stop', async () => {
    const { health, ready } = given(check('database', healthy, true));
    health.startShutdown();
    expect(await ready()).toMatchObject({ status: 503, body: { status: 'not_ready' } });
  });

  test('a check that hangs is a time-out, and keeps nobody from an answer', async () => {
    const asked = Promise.withResolvers<void>();
    const hanging = check('bus', () => {
      asked.resolve();
      return new Promise(() => {});
    });
    const { ready } = given(check('database', healthy, true), hanging);
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'] });
    const answer = ready();
    await asked.promise;
    jest.advanceTimersByTime(2_000);
    const { status, body } = await answer;
    expect([status, body.status]).toEqual([200, 'degraded']);
    expect(body.checks.bus).toMatchObject({ status: 'unhealthy', error: 'time-out' });
  });
});

describe('liveness', () => {
  test('200 while the process answers, however its dependencies are', async () => {
    const { ask } = given(check('database', broken, true));
    expect(await ask('/health')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await ask('/health/liveness')).toEqual({ status: 200, body: { status: 'alive' } });
  });

  test('503 when a part has failed for good', async () => {
    const { health, ask } = given();
    health.fail('The consumer has crashed');
    expect(await ask('/health/liveness')).toEqual({
      status: 503,
      body: { status: 'failed', error: 'The consumer has crashed' },
    });
  });
});

describe('the checks that services have', () => {
  test('the database is critical, the bus is not', async () => {
    const queries: string[] = [];
    const database = databaseCheck({
      query: async (sql) => {
        queries.push(sql);
        return [];
      },
    });
    const bus = busCheck({
      name: 'bus',
      check: async () => {},
      publish: async () => {},
      subscribe: async () => ({ close: async () => {} }),
      broadcast: () => {},
      listen: () => ({ close: async () => {} }),
      lag: async () => [],
      close: async () => {},
    });
    expect([database.critical, bus.critical, bus.name]).toEqual([true, undefined, 'bus']);
    expect([await database.run(), await bus.run(), queries]).toEqual([
      { status: 'healthy' },
      { status: 'healthy' },
      ['select 1'],
    ]);
  });

  test('free space is measured where the service writes', async () => {
    const { free_percent: percent, status } = await diskSpaceCheck(process.cwd()).run();
    expect(percent).toBeGreaterThan(0);
    expect(percent).toBeLessThanOrEqual(100);
    expect(status).toBe(Number(percent) > 10 ? 'healthy' : 'warning');
    await expect(diskSpaceCheck('/no/such/place').run()).rejects.toThrow();
  });
});
