// Opens what this service needs, builds its dependencies, and closes everything in reverse.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { newTextVerifier } from '@builder-ai/platform/ahead/signed-text';
import { openToldEvents } from '@builder-ai/platform/ahead/told-events';
import type { Bus } from '@builder-ai/platform/bus/bus';
import { measureCache } from '@builder-ai/platform/cache/measured-cache';
import { newMemoryCache } from '@builder-ai/platform/cache/memory-cache';
import { newRedisCache } from '@builder-ai/platform/cache/redis-cache';
import type { Environment } from '@builder-ai/platform/config';
import { type Database, openDatabase } from '@builder-ai/platform/database';
import {
  addConsumerMetrics,
  addDatabaseMetrics,
  addDiskMetrics,
  addHealthMetrics,
} from '@builder-ai/platform/dependency-metrics';
import { busCheck, databaseCheck, diskSpaceCheck, newHealth } from '@builder-ai/platform/health';
import { listen } from '@builder-ai/platform/http-server';
import { newIdentityVerifier } from '@builder-ai/platform/identity';
import { startInbox } from '@builder-ai/platform/inbox';
import { createLogger } from '@builder-ai/platform/logger';
import { type Metrics, newMetrics } from '@builder-ai/platform/metrics';
import { migrate } from '@builder-ai/platform/migrate';
import { newOutbox } from '@builder-ai/platform/outbox';
import { addOutboxMetrics, outboxCheck } from '@builder-ai/platform/outbox-backlog';
import { startOutboxRelay } from '@builder-ai/platform/outbox-relay';
import { openRedis } from '@builder-ai/platform/redis/redis';
import { openWakeChannel } from '@builder-ai/platform/redis/wake-channel';
import { startRetention } from '@builder-ai/platform/retention';
import type { RunningService } from '@builder-ai/platform/run-process';
import { JWKS_PATH } from '@builder-ai/platform/signing-key';
import type { Sweep } from '@builder-ai/platform/sweep';
import { PrismaPg } from '@prisma/adapter-pg';
import { createApp } from './app.ts';
import { readTaskServiceConfig } from './config.ts';
import { eventConsumers } from './consumers.ts';
import type { Deps } from './deps.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { newJobWaiters } from './jobs/job-waiters.ts';
import { newLoadOnce } from './load-once.ts';
import { startBuryingOwners } from './owners/bury-owners.ts';
import { newTaskMaker } from './tasks/task-maker.ts';
import { tellAhead } from './tasks/tell-ahead.ts';

const NAME = 'task-service';

export const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/** Starts the service; resolves when it listens and consumes. */
export async function startTaskService(env: Environment, parts: { bus: Bus }): Promise<RunningService> {
  const config = readTaskServiceConfig(env);
  const logger = createLogger({ service: NAME, level: config.LOG_LEVEL, file: config.LOG_FILE });
  await migrate({ databaseUrl: config.DATABASE_URL, directory: MIGRATIONS });
  const db = openDatabase({ url: config.DATABASE_URL, name: NAME, logger, max: config.DATABASE_POOL });
  const prisma = new PrismaClient({ adapter: new PrismaPg(db.pool) });
  const metrics = newMetrics(NAME);
  const outbox = newOutbox(NAME);
  const redis = config.REDIS_URL ? openRedis({ url: config.REDIS_URL, prefix: `builder:${NAME}:`, logger }) : undefined;
  const endsOfJobs = redis && openWakeChannel(redis, 'ends-of-jobs');
  const isTold = redis && tellAhead({ redis, outbox });
  const outboxes = redis && openWakeChannel(redis, 'outboxes');
  const agentKeys = new URL(JWKS_PATH, config.AGENT_SERVICE_URL);
  const told = redis && openToldEvents({ redis, topic: 'agent.events', verify: newTextVerifier(agentKeys), logger });
  const health = newHealth([
    databaseCheck(db),
    busCheck(parts.bus),
    outboxCheck(db),
    diskSpaceCheck(process.cwd()),
    ...(redis ? [redis.check] : []),
  ]);
  let burial: Sweep | undefined;
  const counters = taskMetrics(metrics, db);
  const deps: Deps = {
    db,
    prisma,
    outbox,
    logger,
    health,
    metrics,
    cache: measureCache(redis ? newRedisCache(redis) : newMemoryCache(), metrics),
    loadOnce: newLoadOnce(),
    waiters: newJobWaiters(db, logger, endsOfJobs),
    runWaitMs: config.RUN_WAIT_MS,
    runsPerProject: config.RUNS_PER_PROJECT,
    counters,
    makeTask: newTaskMaker({ db, outbox, counters }),
    buryOwnersSoon: () => burial?.wake(),
    identity: newIdentityVerifier(NAME, {
      gateway: new URL(JWKS_PATH, config.GATEWAY_URL),
      'agent-service': agentKeys,
      'notification-service': new URL(JWKS_PATH, config.NOTIFICATION_SERVICE_URL),
    }),
  };
  addOutboxMetrics(metrics, db);
  addHealthMetrics(metrics, health);
  addDatabaseMetrics(metrics, db);
  addDiskMetrics(metrics, process.cwd());
  addConsumerMetrics(metrics, db, parts.bus, NAME);
  const closeStores = async () => {
    await deps.cache.close();
    endsOfJobs?.close();
    told?.close();
    outboxes?.close();
    redis?.close();
    await prisma.$disconnect();
    await db.close();
    await logger.close();
  };
  // Before the relay and the inbox: a port that is taken ends the start, and another one may follow in this process.
  const http = await listen(createApp(deps), { host: config.HOST, port: config.PORT, onFailure: closeStores });
  const retention = startRetention({ db, logger, settings: config });
  const relay = startOutboxRelay({ db, bus: parts.bus, outbox, logger, others: outboxes, isTold });
  burial = startBuryingOwners(deps);
  const inbox = await startInbox({
    name: NAME,
    bus: parts.bus,
    db,
    deps,
    logger,
    metrics,
    consumers: eventConsumers,
    told,
  });
  return {
    name: NAME,
    url: http.url,
    metrics,
    fail: health.fail,
    async close() {
      health.startShutdown();
      http.drain();
      await delay(config.STOP_DELAY_MS);
      deps.waiters.close();
      await http.close();
      await inbox.close();
      await burial?.close();
      await relay.close();
      await retention.close();
      await closeStores();
    },
  };
}

function taskMetrics(metrics: Metrics, db: Database): Deps['counters'] {
  metrics.gauge('active_tasks', 'Tasks in progress, counted from the database.', async () => {
    const [row] = await db.query<{ n: number }>(
      `select count(*) as n from tasks where status = 'in_progress' and deleted_at is null`,
    );
    return row?.n ?? 0;
  });
  return {
    created: metrics.counter('tasks_created_total', 'Tasks created.'),
    completed: metrics.counter('tasks_completed_total', 'Tasks completed.'),
    failed: metrics.counter('tasks_failed_total', 'Tasks failed.'),
  };
}
