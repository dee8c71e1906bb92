import type { ServiceName } from '@builder-ai/contracts/identity';
import type { Database } from '@builder-ai/platform/database';
import type { Health } from '@builder-ai/platform/health';
import type { IdentityIssuer } from '@builder-ai/platform/identity';
import type { Logger } from '@builder-ai/platform/logger';
import type { Metrics } from '@builder-ai/platform/metrics';
import type { Outbox } from '@builder-ai/platform/outbox';
import type { SigningKey } from '@builder-ai/platform/signing-key';
import type { RequestHandler } from 'express';
import type { Accounts } from './accounts/accounts.ts';
import type { Callers } from './auth/caller.ts';
import type { SessionStore } from './auth/session-store.ts';
import type { KeyStore } from './keys/key-store.ts';
import type { OpenExchanges } from './proxy/open-exchanges.ts';
import type { ServiceProxy } from './proxy/service-proxy.ts';
import type { NamedLimit } from './rate-limits.ts';
import type { RequestLimit } from './request-limit.ts';
import type { HeaderList } from './security-headers.ts';

export type Upstream = Exclude<ServiceName, 'gateway'>;

/** Everything the gateway works with; built in compose.ts only. */
export type Deps = {
  db: Database;
  /** What other services are to know: who and what is gone, and what was revoked. */
  outbox: Outbox;
  logger: Logger;
  health: Health;
  metrics: Metrics;
  signingKey: SigningKey;
  issuer: IdentityIssuer;
  accounts: Accounts;
  sessions: SessionStore;
  keys: KeyStore;
  callers: Callers;
  exchanges: OpenExchanges;
  proxies: Record<Upstream, ServiceProxy>;
  limits: { tasks: RequestHandler[]; agent: RequestHandler[] };
  /** Of requests of any kind, by user, or by address for whoever is not signed in. */
  requestLimit: RequestLimit;
  /** WebSockets that one user may have open here. */
  socketsPerUser: number;
  securityHeaders: HeaderList;
  /** Of attempts to sign in or up, by address and by whose name is tried. */
  signInLimit: NamedLimit;
  /** Whether anybody may make an account; otherwise it takes an invitation. */
  signUpIsOpen: boolean;
  /** Proxies before the gateway. */
  trustedHops: number;
  webDirectory: string | undefined;
  /** Origins besides our own whose pages may call with a user's session and read the answers. */
  trustedOrigins: ReadonlySet<string>;
  /** Host names served, in lower case without port; empty: all. */
  allowedHosts: ReadonlySet<string>;
};
