// Opens what this service needs, builds its dependencies, and closes everything in reverse.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TaskEvent } from '@builder-ai/contracts/task';
import { TOLD_AHEAD } from '@builder-ai/contracts/told-ahead';
import { STREAM_TOPIC } from '@builder-ai/contracts/topics';
import type { Bus } from '@builder-ai/platform/bus/bus';
import type { Environment } from '@builder-ai/platform/config';
import { openDatabase } from '@builder-ai/platform/database';
import {
  addConsumerMetrics,
  addDatabaseMetrics,
  addDiskMetrics,
  addHealthMetrics,
} from '@builder-ai/platform/dependency-metrics';
import { busCheck, databaseCheck, diskSpaceCheck, newHealth } from '@builder-ai/platform/health';
import { listen } from '@builder-ai/platform/http-server';
import { newIdentityIssuer, newIdentityVerifier } from '@builder-ai/platform/identity';
import { startInbox } from '@builder-ai/platform/inbox';
import { createLogger } from '@builder-ai/platform/logger';
import { newMetrics } from '@builder-ai/platform/metrics';
import { migrate } from '@builder-ai/platform/migrate';
import { newId } from '@builder-ai/platform/new-id';
import { openOutgoing } from '@builder-ai/platform/outgoing/outgoing';
import { toTargets } from '@builder-ai/platform/outgoing/outgoing-settings';
import { openRedis } from '@builder-ai/platform/redis/redis';
import { openWakeChannel } from '@builder-ai/platform/redis/wake-channel';
import { startRetention } from '@builder-ai/platform/retention';
import type { RunningService } from '@builder-ai/platform/run-process';
import { newServiceClient } from '@builder-ai/platform/service-client';
import { JWKS_PATH, openSigningKey, startKeyRotation } from '@builder-ai/platform/signing-key';
import { createApp } from './app.ts';
import { readNotificationServiceConfig, toSeconds } from './config.ts';
import { eventConsumers, isPlainEntry } from './consumers.ts';
import type { Deps } from './deps.ts';
import { newAheadOfFeed } from './feed/ahead-of-feed.ts';
import { newFeedLag } from './feed/feed-lag.ts';
import { readLastSeqs } from './feed/feed-store.ts';
import { onTimelineEntry } from './feed/on-timeline-entry.ts';
import type { AccessChange } from './live/access-change.ts';
import { hearAhead } from './live/hear-ahead.ts';
import { type LiveServer, startLiveServer } from './live/live-server.ts';
import { newOpenStreams } from './live/open-streams.ts';
import { joinOtherReplicas } from './live/other-replicas.ts';
import { addSocketMetrics } from './live/socket-metrics.ts';
import { toTaskDelta } from './live/task-delta.ts';
import { openTaskViewers } from './live/task-viewers.ts';
import { newUserLimits } from './live/user-limits.ts';
import { startRemovingOld } from './remove-old.ts';
import { type Deliverer, startDeliverer } from './webhooks/deliverer.ts';

const NAME = 'notification-service';

export const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/** Starts the service; resolves when it listens and consumes. */
export async function startNotificationService(env: Environment, parts: { bus: Bus }): Promise<RunningService> {
  const config = readNotificationServiceConfig(env);
  const logger = createLogger({ service: NAME, level: config.LOG_LEVEL, file: config.LOG_FILE });
  await migrate({ databaseUrl: config.DATABASE_URL, directory: MIGRATIONS });
  const db = openDatabase({ url: config.DATABASE_URL, name: NAME, logger, max: config.DATABASE_POOL });
  const signingKey = await openSigningKey(db);
  const keyRotation = startKeyRotation(signingKey, logger);
  const redis = config.REDIS_URL ? openRedis({ url: config.REDIS_URL, prefix: `builder:${NAME}:`, logger }) : undefined;
  const channel = redis && openWakeChannel(redis, 'entries');
  const toldAhead = redis && openWakeChannel({ ...redis, prefix: TOLD_AHEAD.prefix }, TOLD_AHEAD.name);
  const health = newHealth([
    databaseCheck(db),
    busCheck(parts.bus),
    diskSpaceCheck(process.cwd()),
    ...(redis ? [redis.check] : []),
  ]);
  const issuer = newIdentityIssuer(NAME, signingKey);
  const taskService = newServiceClient(NAME, issuer, 'task-service', config.TASK_SERVICE_URL);
  const viewers = openTaskViewers({ db, logger, taskService }, channel?.connected);
  const ahead = newAheadOfFeed({
    readLastSeq: async (taskId) => (await readLastSeqs(db, [taskId]))[0]?.last_seq ?? 0,
  });
  if (toldAhead) hearAhead({ channel: toldAhead, viewers, ahead, logger });
  const metrics = newMetrics(NAME);
  addHealthMetrics(metrics, health);
  addDatabaseMetrics(metrics, db);
  addDiskMetrics(metrics, process.cwd());
  addConsumerMetrics(metrics, db, parts.bus, NAME);
  const observeFeedLag = newFeedLag(metrics);
  const outgoing = openOutgoing(toTargets(config.OUTGOING_ALLOW));
  let live: LiveServer | undefined;
  let deliverer: Deliverer | undefined;
  const openStreams = newOpenStreams();
  const tell = (event: TaskEvent, ownerId: string | undefined) => {
    viewers.tell(event);
    if (ownerId !== undefined) live?.changed(event, ownerId);
  };
  const endHere = (change: AccessChange) => {
    live?.endChanged(change);
    openStreams.endLost(change);
  };
  const others =
    channel &&
    joinOtherReplicas({
      channel,
      id: newId(),
      onEvent: tell,
      onSeq: viewers.tellOfSeq,
      onNotification: (notification) => live?.notify(notification),
      onAccess: endHere,
    });
  const deps: Deps = {
    db,
    logger,
    health,
    signingKey,
    viewers,
    ahead,
    outgoing,
    openStreams,
    metrics,
    taskService,
    limits: newUserLimits({
      connections: config.SOCKETS_PER_USER,
      messagesPerMinute: config.SOCKET_MESSAGES_PER_MINUTE,
    }),
    identity: newIdentityVerifier(NAME, { gateway: new URL(JWKS_PATH, config.GATEWAY_URL) }),
    tellSockets(event, ownerId) {
      tell(event, ownerId);
      observeFeedLag(event);
      others?.tell(event, ownerId);
    },
    notify(notification) {
      live?.notify(notification);
      others?.notify(notification);
    },
    endConnections(change) {
      endHere(change);
      others?.endConnections(change);
    },
    deliverSoon: () => deliverer?.wake(),
  };
  const closeStores = async () => {
    viewers.close();
    keyRotation.close();
    await outgoing.close();
    channel?.close();
    toldAhead?.close();
    redis?.close();
    await db.close();
    await logger.close();
  };
  // First: a port that is taken ends the start, and another one may follow in this process.
  const http = await listen(createApp(deps), { host: config.HOST, port: config.PORT, onFailure: closeStores });
  live = startLiveServer(http.server, deps, channel?.session);
  addSocketMetrics(metrics, live, viewers);
  const deltas = parts.bus.listen(STREAM_TOPIC, ({ value }) => {
    const delta = toTaskDelta(value);
    if (delta) viewers.tellDelta(delta);
  });
  const retention = startRetention({ db, logger, settings: config });
  const removal = startRemovingOld(db, logger, {
    feed: config.FEED_RETENTION_DAYS,
    notifications: config.NOTIFICATION_RETENTION_DAYS,
    deliveries: config.WEBHOOK_LOG_RETENTION_DAYS,
  });
  deliverer = startDeliverer({
    db,
    outgoing,
    logger: logger.child('webhooks'),
    notify: deps.notify,
    settings: {
      timeoutMs: config.WEBHOOK_TIMEOUT_MS,
      retrySeconds: toSeconds(config.WEBHOOK_RETRY_SECONDS),
      disableAfterHours: config.WEBHOOK_DISABLE_HOURS,
    },
  });
  const inbox = await startInbox({
    name: NAME,
    bus: parts.bus,
    db,
    deps,
    logger,
    metrics,
    consumers: eventConsumers,
    otherwise: onTimelineEntry,
    mayShare: isPlainEntry,
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
      await Promise.all([inbox.close(), deltas.close(), deliverer?.close()]);
      await Promise.all([retention.close(), removal.close()]);
      // Live streams end first, or every stop would wait for them; those whose client does not answer end by the
      // server's limit.
      viewers.close();
      await Promise.all([live?.close(), http.close()]);
      await closeStores();
    },
  };
}
