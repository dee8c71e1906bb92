// task-service's endpoints on a database of their own, over HTTP, as its compose.ts builds them, without a bus: for what
// reading costs.
import { newMemoryCache } from '@builder-ai/platform/cache/memory-cache';
import { openDatabase } from '@builder-ai/platform/database';
import { newHealth } from '@builder-ai/platform/health';
import { listen } from '@builder-ai/platform/http-server';
import { newIdentityIssuer, newIdentityVerifier } from '@builder-ai/platform/identity';
import { silentLogger } from '@builder-ai/platform/logger';
import { newMetrics } from '@builder-ai/platform/metrics';
import { migrate } from '@builder-ai/platform/migrate';
import { newOutbox } from '@builder-ai/platform/outbox';
import { openSigningKey } from '@builder-ai/platform/signing-key';
import { PrismaPg } from '@prisma/adapter-pg';
import { createApp } from '../services/task-service/src/app.ts';
import { MIGRATIONS } from '../services/task-service/src/compose.ts';
import type { Deps } from '../services/task-service/src/deps.ts';
import { PrismaClient } from '../services/task-service/src/generated/prisma/client.ts';
import { newJobWaiters } from '../services/task-service/src/jobs/job-waiters.ts';
import { newLoadOnce } from '../services/task-service/src/load-once.ts';
import { newTaskMaker } from '../services/task-service/src/tasks/task-maker.ts';

export type TaskStack = {
  deps: Deps;
  url: string;
  headersFor(ownerId: string): Promise<Record<string, string>>;
  close(): Promise<void>;
};

/** A cache may forget anything at any time: this one forgets everything at once. */
const NO_CACHE: Deps['cache'] = {
  get: async () => undefined,
  set: async () => {},
  delete: async () => {},
  close: async () => {},
};

export async function openTaskStack(databaseUrl: string, cached: boolean): Promise<TaskStack> {
  await migrate({ databaseUrl, directory: MIGRATIONS });
  const logger = silentLogger;
  const db = openDatabase({ url: databaseUrl, name: 'task-service', logger });
  const prisma = new PrismaClient({ adapter: new PrismaPg(db.pool) });
  const key = await openSigningKey(db);
  const metrics = newMetrics('task-service');
  const counter = (name: string) => metrics.counter(name, name);
  const outbox = newOutbox('task-service');
  const counters = { created: counter('created'), completed: counter('completed'), failed: counter('failed') };
  const deps: Deps = {
    db,
    prisma,
    metrics,
    logger,
    outbox,
    cache: cached ? newMemoryCache() : NO_CACHE,
    loadOnce: newLoadOnce(),
    waiters: newJobWaiters(db, logger),
    runWaitMs: 20_000,
    buryOwnersSoon: () => {},
    runsPerProject: 1_000,
    health: newHealth([]),
    counters,
    makeTask: newTaskMaker({ db, outbox, counters }),
    identity: newIdentityVerifier('task-service', { gateway: key.jwks }),
  };
  const issuer = newIdentityIssuer('gateway', key);
  const http = await listen(createApp(deps), { host: '127.0.0.1', port: 0 });
  return {
    deps,
    url: http.url,
    headersFor: (userId) =>
      issuer.headerFor('task-service', { userId, kind: 'user', scopes: ['read', 'run', 'admin'] }),
    async close() {
      deps.waiters.close();
      await http.close();
      await prisma.$disconnect();
      await db.close();
    },
  };
}
