// Opens what this service needs, builds its dependencies, and closes everything in reverse.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tellEvents } from '@builder-ai/platform/ahead/told-events';
import type { Bus } from '@builder-ai/platform/bus/bus';
import type { Environment } from '@builder-ai/platform/config';
import { openDatabase } from '@builder-ai/platform/database';
import {
  addConsumerMetrics,
  addDatabaseMetrics,
  addDiskMetrics,
  addHealthMetrics,
} from '@builder-ai/platform/dependency-metrics';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { busCheck, databaseCheck, diskSpaceCheck, newHealth } from '@builder-ai/platform/health';
import { listen } from '@builder-ai/platform/http-server';
import { newIdentityIssuer, newIdentityVerifier } from '@builder-ai/platform/identity';
import { startInbox } from '@builder-ai/platform/inbox';
import { createLogger } from '@builder-ai/platform/logger';
import { newMetrics } from '@builder-ai/platform/metrics';
import { migrate } from '@builder-ai/platform/migrate';
import { newOutbox } from '@builder-ai/platform/outbox';
import { addOutboxMetrics, outboxCheck } from '@builder-ai/platform/outbox-backlog';
import { startOutboxRelay } from '@builder-ai/platform/outbox-relay';
import { openRedis } from '@builder-ai/platform/redis/redis';
import { openWakeChannel } from '@builder-ai/platform/redis/wake-channel';
import { startRetention } from '@builder-ai/platform/retention';
import type { RunningService } from '@builder-ai/platform/run-process';
import { newServiceClient } from '@builder-ai/platform/service-client';
import { JWKS_PATH, openSigningKey, startKeyRotation } from '@builder-ai/platform/signing-key';
import type { Sweep } from '@builder-ai/platform/sweep';
import { readPrompts } from './agents/prompt.ts';
import { createApp } from './app.ts';
import { readAgentServiceConfig } from './config.ts';
import { eventConsumers } from './consumers.ts';
import { startRemoval } from './deletion/removal.ts';
import type { Deps } from './deps.ts';
import { readMcpServers } from './mcp/mcp-servers.ts';
import { NO_MCP_TOOLS, openMcpTools } from './mcp/mcp-tools.ts';
import { measureModels } from './models/measured-models.ts';
import { openModels } from './models/open-models.ts';
import { traceModels } from './models/traced-models.ts';
import { TOLD_EVENTS } from './recording/read-events.ts';
import { executeRun } from './runs/execute-run.ts';
import { addRunMetrics, countTakeovers } from './runs/run-metrics.ts';
import { type RunWorker, startRunWorker } from './runs/run-worker.ts';
import { findSandbox } from './sandbox/find-sandbox.ts';
import { measureSandbox } from './sandbox/measured-sandbox.ts';
import { sandboxCheck } from './sandbox/sandbox-check.ts';

const NAME = 'agent-service';

export const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/** Starts the service; resolves when it listens, consumes and works. */
export async function startAgentService(env: Environment, parts: { bus: Bus }): Promise<RunningService> {
  const config = readAgentServiceConfig(env);
  const logger = createLogger({ service: NAME, level: config.LOG_LEVEL, file: config.LOG_FILE });
  const workspaceRoot = join(config.BUILDER_HOME, 'workspaces');
  await mkdir(workspaceRoot, { recursive: true });
  await migrate({ databaseUrl: config.DATABASE_URL, directory: MIGRATIONS });
  const mcpServers = config.MCP_SERVERS ? await readMcpServers(config.MCP_SERVERS) : [];
  const db = openDatabase({ url: config.DATABASE_URL, name: NAME, logger, max: config.DATABASE_POOL });
  const signingKey = await openSigningKey(db);
  const keyRotation = startKeyRotation(signingKey, logger);
  const outbox = newOutbox(NAME);
  const redis = config.REDIS_URL ? openRedis({ url: config.REDIS_URL, prefix: `builder:${NAME}:`, logger }) : undefined;
  const readyRuns = redis && openWakeChannel(redis, 'ready-runs');
  const outboxes = redis && openWakeChannel(redis, 'outboxes');
  const isTold = redis && tellEvents({ redis, outbox, topic: 'agent.events', signingKey });
  const sandbox = await findSandbox(logger, config.UNSAFE_COMMANDS);
  const health = newHealth([
    databaseCheck(db),
    busCheck(parts.bus),
    outboxCheck(db),
    diskSpaceCheck(workspaceRoot),
    sandboxCheck(sandbox),
    ...(redis ? [redis.check] : []),
  ]);
  const metrics = newMetrics(NAME);
  let worker: RunWorker | undefined;
  let removal: Sweep | undefined;
  const deps: Deps = {
    db,
    databaseUrl: config.DATABASE_URL,
    outbox,
    logger,
    health,
    signingKey,
    workspaceRoot,
    sandbox: sandbox && measureSandbox(sandbox, metrics),
    metrics,
    mcp: mcpServers.length > 0 ? await openMcpTools(mcpServers, logger.child('mcp')) : NO_MCP_TOOLS,
    models: measureModels(traceModels(await openModels(config)), metrics),
    roles: { planner: config.ROLE_PLANNER, builder: config.ROLE_BUILDER, reviewer: config.ROLE_REVIEWER },
    prompts: readPrompts(),
    defaultMode: config.AGENT_MODE ?? null,
    taskCap: config.TASK_CAP_USD === undefined ? null : Math.round(config.TASK_CAP_USD * 1_000_000),
    chatCap: Math.round(config.CHAT_CAP_USD * 1_000_000),
    limits: {
      modelCalls: config.RUN_MAX_MODEL_CALLS,
      minutes: config.RUN_MAX_MINUTES,
      retrySeconds: config.RUN_RETRY_SECONDS,
    },
    taskService: newServiceClient(NAME, newIdentityIssuer(NAME, signingKey), 'task-service', config.TASK_SERVICE_URL),
    identity: newIdentityVerifier(NAME, { gateway: new URL(JWKS_PATH, config.GATEWAY_URL) }),
    tellLive(event, taskId, data) {
      const value = JSON.stringify(toEnvelope(NAME, event, data, { key: taskId }));
      parts.bus.broadcast({ topic: event.topic, key: taskId, value });
    },
    removeSoon: () => removal?.wake(),
    wakeWorker() {
      worker?.wake();
      readyRuns?.publish();
    },
  };
  addOutboxMetrics(metrics, db);
  addHealthMetrics(metrics, health);
  addDatabaseMetrics(metrics, db);
  addDiskMetrics(metrics, workspaceRoot);
  addConsumerMetrics(metrics, db, parts.bus, NAME);
  addRunMetrics(metrics, db);
  readyRuns?.subscribe(() => worker?.wake());
  const closeStores = async () => {
    keyRotation.close();
    await deps.mcp.close();
    readyRuns?.close();
    outboxes?.close();
    redis?.close();
    await db.close();
    await logger.close();
  };
  // First: a port that is taken ends the start, and another one may follow in this process.
  const http = await listen(createApp(deps), { host: config.HOST, port: config.PORT, onFailure: closeStores });
  const retention = startRetention({ db, logger, settings: config, archive: TOLD_EVENTS });
  const relay = startOutboxRelay({ db, bus: parts.bus, outbox, logger, others: outboxes, isTold });
  worker = startRunWorker({
    db,
    databaseUrl: config.DATABASE_URL,
    logger: logger.child('runs'),
    concurrency: config.RUN_CONCURRENCY,
    onClaimed: countTakeovers(metrics),
    execute: (run, signals) => executeRun(deps, run, logger.child('runs'), signals),
    tellOthers: readyRuns && (() => readyRuns.publish()),
  });
  removal = startRemoval(deps);
  const inbox = await startInbox({ name: NAME, bus: parts.bus, db, deps, logger, metrics, consumers: eventConsumers });
  return {
    name: NAME,
    url: http.url,
    metrics,
    fail: health.fail,
    async close() {
      health.startShutdown();
      http.drain();
      const leaving = delay(config.STOP_DELAY_MS);
      // Runs go to other replicas at once, while requests are still answered here.
      await Promise.all([worker?.close(), inbox.close()]);
      await removal?.close();
      await leaving;
      await http.close();
      await relay.close();
      await retention.close();
      await closeStores();
    },
  };
}
