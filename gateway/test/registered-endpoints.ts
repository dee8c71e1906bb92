// Every endpoint that the gateway's application answers by itself, as Express has them registered.
import type { Database } from '@builder-ai/platform/database';
import { newHealth } from '@builder-ai/platform/health';
import { newIdentityIssuer } from '@builder-ai/platform/identity';
import { silentLogger } from '@builder-ai/platform/logger';
import { newMetrics } from '@builder-ai/platform/metrics';
import { newOutbox } from '@builder-ai/platform/outbox';
import { openSigningKey } from '@builder-ai/platform/signing-key';
import { newAccounts } from '../src/accounts/accounts.ts';
import { createApp } from '../src/app.ts';
import { newCallers } from '../src/auth/caller.ts';
import { newSessionStore } from '../src/auth/session-store.ts';
import type { Upstream } from '../src/deps.ts';
import { newKeyStore } from '../src/keys/key-store.ts';
import { newServiceProxy } from '../src/proxy/service-proxy.ts';
import { newRequestLimit } from '../src/request-limit.ts';

/** @returns such as `GET /me`; HEAD and OPTIONS, which Express adds, left out */
export async function registeredEndpoints(db: Database): Promise<string[]> {
  const signingKey = await openSigningKey(db);
  const outbox = newOutbox('gateway');
  const sessions = newSessionStore(db, outbox);
  const keys = newKeyStore(db, outbox);
  const logger = silentLogger;
  const requestLimit = newRequestLimit(1);
  const proxy = (service: Upstream) =>
    newServiceProxy({ service, url: 'http://127.0.0.1:9', timeoutMs: 1, slowTimeoutMs: 1, logger });
  const app = createApp({
    db,
    outbox,
    logger,
    sessions,
    keys,
    accounts: newAccounts(db, logger),
    signingKey,
    health: newHealth([]),
    metrics: newMetrics('gateway'),
    issuer: newIdentityIssuer('gateway', signingKey),
    callers: newCallers({ sessions, keys, ownerId: 'owner', apiKey: undefined, requestLimit }),
    exchanges: { add: () => () => {}, close: () => {} },
    proxies: {
      'task-service': proxy('task-service'),
      'agent-service': proxy('agent-service'),
      'notification-service': proxy('notification-service'),
    },
    limits: { tasks: [], agent: [] },
    requestLimit,
    socketsPerUser: 1,
    securityHeaders: [],
    signInLimit: async () => {},
    signUpIsOpen: false,
    trustedHops: 0,
    trustedOrigins: new Set(),
    webDirectory: undefined,
    allowedHosts: new Set(),
  });
  return app.router.stack.flatMap(({ route }) => {
    if (!route) return [];
    const methods = new Set(route.stack.map((layer) => layer.method.toUpperCase()));
    return [...methods].flatMap((method) => [route.path].flat().map((path) => `${method} ${path}`));
  });
}
