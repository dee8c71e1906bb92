// Liveness and readiness: what each dependency's state means for the pod.
import { statfs } from 'node:fs/promises';
import type { Express } from 'express';
import type { Bus } from './bus/bus.ts';
import type { Queryable } from './database.ts';
import { EVENT_LOOP_LIMITS, watchEventLoop } from './event-loop-watch.ts';

export type CheckResult = { status: 'healthy' | 'warning'; [detail: string]: unknown };

export type Check = {
  name: string;
  /** A critical check that fails makes the service not ready (503); any other makes it degraded (200). */
  critical?: boolean;
  run(): Promise<CheckResult>;
};

export type CheckOutcome = { name: string; status: CheckResult['status'] | 'unhealthy'; durationMs: number };

export type Health = {
  mount(app: Express): void;
  /** Makes every check now. */
  check(): Promise<CheckOutcome[]>;
  /** From now on the service answers "not ready": it is about to stop. */
  startShutdown(): void;
  /** A consumer that has crashed for good fails liveness, so that the pod is restarted. */
  fail(reason: string): void;
};

const CHECK_TIMEOUT_MS = 2_000;
const DISK_FREE_PERCENT = 10;

/** @param limits how long the event loop may stand still, of how long a time, before the process is to be restarted */
export function newHealth(checks: readonly Check[], limits = EVENT_LOOP_LIMITS): Health {
  const loop = watchEventLoop(limits.windowMs);
  let stopping = false;
  let broken: string | undefined;
  return {
    startShutdown() {
      stopping = true;
    },
    fail(reason) {
      broken = reason;
    },
    async check() {
      const results = await Promise.all(checks.map(runCheck));
      return results.map(({ name, body }) => ({ name, status: body.status, durationMs: body.duration_ms }));
    },
    mount(app) {
      app.get('/health', (_request, response) => void response.json({ status: 'ok' }));
      app.get('/health/liveness', (_request, response) => {
        const stoodStillMs = Math.round(loop.stoodStillMs());
        const reason =
          broken ?? (stoodStillMs > limits.limitMs ? `the event loop stood still for ${stoodStillMs} ms` : undefined);
        if (reason) response.status(503).json({ status: 'failed', error: reason });
        else response.json({ status: 'alive' });
      });
      app.get('/health/readiness', async (_request, response) => {
        const results = await Promise.all(checks.map(runCheck));
        const down = stopping || results.some((result) => result.critical && result.body.status === 'unhealthy');
        const worse = results.some((result) => result.body.status !== 'healthy');
        response.status(down ? 503 : 200).json({
          status: down ? 'not_ready' : worse ? 'degraded' : 'ready',
          checks: Object.fromEntries(results.map((result) => [result.name, result.body])),
        });
      });
    },
  };
}

async function runCheck(check: Check) {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('time-out')), CHECK_TIMEOUT_MS);
  });
  let body: { status: CheckOutcome['status']; [detail: string]: unknown };
  try {
    body = { ...(await Promise.race([check.run(), timeout])) };
  } catch (error) {
    // The reason's kind is enough for a page that nobody signs in for; the log has the rest.
    body = {
      status: 'unhealthy',
      error: error instanceof Error && error.message === 'time-out' ? 'time-out' : 'unreachable',
    };
  } finally {
    clearTimeout(timer);
  }
  const duration_ms = Math.round((performance.now() - start) * 100) / 100;
  return { name: check.name, critical: check.critical ?? false, body: { ...body, duration_ms } };
}

/** Whether the service's own database answers: the only check that is critical. */
export function databaseCheck(db: Queryable): Check {
  return {
    name: 'database',
    critical: true,
    async run() {
      await db.query('select 1');
      return { status: 'healthy' };
    },
  };
}

/** Whether the bus answers; while it is away the outbox grows and nothing is lost. */
export function busCheck(bus: Bus): Check {
  return {
    name: bus.name,
    async run() {
      await bus.check();
      return { status: 'healthy' };
    },
  };
}

/** Free space where the service writes: a warning at 10 % or less. */
export function diskSpaceCheck(directory: string): Check {
  return {
    name: 'disk_space',
    async run() {
      const { bavail, blocks } = await statfs(directory);
      const percent = Math.round((bavail / blocks) * 10_000) / 100;
      return { status: percent > DISK_FREE_PERCENT ? 'healthy' : 'warning', free_percent: percent };
    },
  };
}
