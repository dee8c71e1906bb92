// Opens what the gateway needs, builds its dependencies, and closes everything in reverse.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bus } from '@builder-ai/platform/bus/bus';
import type { Environment } from '@builder-ai/platform/config';
import { openDatabase } from '@builder-ai/platform/database';
import { addDatabaseMetrics, addDiskMetrics, addHealthMetrics } from '@builder-ai/platform/dependency-metrics';
import { busCheck, databaseCheck, diskSpaceCheck, newHealth } from '@builder-ai/platform/health';
import { listen, type Patience } from '@builder-ai/platform/http-server';
import { newIdentityIssuer } from '@builder-ai/platform/identity';
import { createLogger, type Logger } from '@builder-ai/platform/logger';
import { newMetrics } from '@builder-ai/platform/metrics';
import { startMetricsServer } from '@builder-ai/platform/metrics-server';
import { migrate } from '@builder-ai/platform/migrate';
import { newOutbox } from '@builder-ai/platform/outbox';
import { addOutboxMetrics, outboxCheck } from '@builder-ai/platform/outbox-backlog';
import { startOutboxRelay } from '@builder-ai/platform/outbox-relay';
import { openRedis } from '@builder-ai/platform/redis/redis';
import { openWakeChannel } from '@builder-ai/platform/redis/wake-channel';
import { startRetention } from '@builder-ai/platform/retention';
import type { RunningService } from '@builder-ai/platform/run-process';
import { openSigningKey, startKeyRotation } from '@builder-ai/platform/signing-key';
import { newAccounts } from './accounts/accounts.ts';
import { createHandler } from './app.ts';
import { newCallers } from './auth/caller.ts';
import { newSessionStore } from './auth/session-store.ts';
import { type Config, readGatewayConfig, splitList } from './config.ts';
import type { Deps, Upstream } from './deps.ts';
import { newKeyStore } from './keys/key-store.ts';
import { watchOpenExchanges } from './proxy/open-exchanges.ts';
import { openReplicaAddresses } from './proxy/replica-addresses.ts';
import { newServiceProxy, type ServiceProxy, type ServiceProxyOptions } from './proxy/service-proxy.ts';
import { newSessionProxy } from './proxy/session-proxy.ts';
import { isWebSocket, newUpgrades } from './proxy/upgrade.ts';
import { newCallerLimits, newNamedLimit } from './rate-limits.ts';
import { newRequestLimit } from './request-limit.ts';
import { newSecurityHeaders } from './security-headers.ts';

const NAME = 'gateway';
const PROXY_TIMEOUT_MS = 30_000;
/** For clients that send slowly, on purpose or not; a recording of 64 MiB takes its time. */
const PATIENCE: Patience = { headersMs: 10_000, requestMs: 300_000 };
/** A user may use up the limits of so many keys or addresses in the same minute. */
const KEYS_AT_ONCE = 3;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

export type RunningGateway = RunningService & {
  /** An address that signs the owner in, once. */
  createSignInLink(): Promise<string>;
};

export type GatewayOptions = {
  /** How long a service may be silent before the gateway gives up. */
  proxyTimeoutMs?: number;
  patience?: Patience;
};

/** Starts the gateway; resolves when it listens. */
export async function startGateway(
  env: Environment,
  parts: { bus: Bus },
  { proxyTimeoutMs = PROXY_TIMEOUT_MS, patience = PATIENCE }: GatewayOptions = {},
): Promise<RunningGateway> {
  const config = readGatewayConfig(env);
  const logger = createLogger({ service: NAME, level: config.LOG_LEVEL, file: config.LOG_FILE });
  await migrate({ databaseUrl: config.DATABASE_URL, directory: MIGRATIONS });
  const db = openDatabase({ url: config.DATABASE_URL, name: NAME, logger, max: config.DATABASE_POOL });
  const outbox = newOutbox(NAME);
  const sessions = newSessionStore(db, outbox);
  const keys = newKeyStore(db, outbox);
  const signingKey = await openSigningKey(db);
  const keyRotation = startKeyRotation(signingKey, logger);
  const ownerId = await sessions.ensureOwner();
  const redis = config.REDIS_URL ? openRedis({ url: config.REDIS_URL, prefix: `builder:${NAME}:`, logger }) : undefined;
  const outboxes = redis && openWakeChannel(redis, 'outboxes');
  const health = newHealth([
    databaseCheck(db),
    busCheck(parts.bus),
    outboxCheck(db),
    diskSpaceCheck(process.cwd()),
    ...(redis ? [redis.check] : []),
  ]);
  const metrics = newMetrics(NAME);
  addOutboxMetrics(metrics, db);
  addHealthMetrics(metrics, health);
  addDatabaseMetrics(metrics, db);
  addDiskMetrics(metrics, process.cwd());
  const requestLimit = newRequestLimit(config.RATE_LIMIT_REQUESTS);
  const callers = newCallers({ sessions, keys, ownerId, apiKey: config.BUILDER_API_KEY, requestLimit });
  const exchanges = watchOpenExchanges(callers, logger.child('exchanges'));
  const deps: Deps = {
    db,
    outbox,
    logger,
    health,
    sessions,
    keys,
    accounts: newAccounts(db, logger.child('accounts')),
    signingKey,
    metrics,
    issuer: newIdentityIssuer(NAME, signingKey),
    callers,
    exchanges,
    proxies: await newProxies(config, proxyTimeoutMs, logger),
    limits: {
      tasks: newCallerLimits(
        'tasks',
        { each: config.RATE_LIMIT_TASKS, user: config.RATE_LIMIT_TASKS * KEYS_AT_ONCE },
        redis,
      ),
      agent: newCallerLimits(
        'agent',
        { each: config.RATE_LIMIT_AGENT, user: config.RATE_LIMIT_AGENT * KEYS_AT_ONCE },
        redis,
      ),
    },
    signInLimit: newNamedLimit('sign-in', config.RATE_LIMIT_SIGN_IN, redis),
    requestLimit,
    socketsPerUser: config.SOCKETS_PER_USER,
    securityHeaders: newSecurityHeaders(),
    signUpIsOpen: config.SIGN_UP === 'open',
    trustedHops: config.TRUSTED_HOPS,
    webDirectory: config.WEB_DIRECTORY,
    allowedHosts: allowedHosts(config),
    trustedOrigins: new Set(splitList(config.CORS_ORIGINS)),
  };
  const upgrades = newUpgrades(deps);
  const closeStores = async () => {
    keyRotation.close();
    exchanges.close();
    outboxes?.close();
    redis?.close();
    await db.close();
    await logger.close();
  };
  const address = {
    host: config.HOST,
    port: config.PORT,
    shouldUpgrade: isWebSocket,
    patience,
    onFailure: closeStores,
  };
  const http = await listen(createHandler(deps), address);
  http.server.on('upgrade', upgrades.handle);
  const retention = startRetention({ db, logger, settings: config });
  const relay = startOutboxRelay({ db, bus: parts.bus, outbox, logger, others: outboxes });
  const metricsServer =
    config.METRICS_PORT === undefined
      ? undefined
      : await startMetricsServer([metrics], { host: config.HOST, port: config.METRICS_PORT });
  const publicUrl = config.GATEWAY_URL ?? http.url;
  return {
    name: NAME,
    url: http.url,
    metrics,
    fail: health.fail,
    async createSignInLink() {
      const token = await sessions.createLink(ownerId);
      return `${publicUrl}/sign-in?token=${token}`;
    },
    async close() {
      health.startShutdown();
      http.drain();
      await delay(config.STOP_DELAY_MS);
      upgrades.close();
      await http.close();
      await metricsServer?.close();
      await relay.close();
      await retention.close();
      await Promise.all(Object.values(deps.proxies).map((proxy) => proxy.close()));
      await closeStores();
    },
  };
}

async function newProxies(config: Config, timeoutMs: number, logger: Logger): Promise<Record<Upstream, ServiceProxy>> {
  const to = (service: Upstream, url: string): ServiceProxyOptions => ({
    service,
    url,
    timeoutMs,
    slowTimeoutMs: config.RUN_WAIT_MS + timeoutMs,
    logger: logger.child('proxy'),
  });
  const notifications = to('notification-service', config.NOTIFICATION_SERVICE_URL);
  const replicas = splitList(config.NOTIFICATION_SERVICE_REPLICAS);
  return {
    'task-service': newServiceProxy(to('task-service', config.TASK_SERVICE_URL)),
    'agent-service': newServiceProxy(to('agent-service', config.AGENT_SERVICE_URL)),
    'notification-service':
      replicas.length === 0
        ? newServiceProxy(notifications)
        : newSessionProxy(notifications, await openReplicaAddresses(replicas, notifications.logger)),
  };
}

/** On a loopback address only its own names are served; elsewhere those configured, or all. */
function allowedHosts(config: Config): ReadonlySet<string> {
  const given = splitList(config.ALLOWED_HOSTS.toLowerCase());
  const local = /^(127\.|localhost$|::1$)/.test(config.HOST);
  return new Set(local ? [...LOOPBACK, ...given] : given);
}
