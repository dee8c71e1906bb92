// The gateway: paths, headers, requests, limits, slow clients.
import type { Mutation } from './mutation.ts';

const proxy = 'gateway/src/proxy';
const tests = 'gateway/test';

export const doorMutations: readonly Mutation[] = [
  {
    name: 'door-headers: identities with underscores go on to the service',
    file: `${proxy}/forwarded-headers.ts`,
    from: 'x[-_]builder[-_].*',
    to: 'x-builder-.*',
    red: { file: `${tests}/forwarded-headers.test.ts`, test: 'with underscores' },
  },
  {
    name: 'door-headers: what a client says of where it comes from goes on',
    file: `${proxy}/forwarded-headers.ts`,
    from: '|x[-_]forwarded[-_].*|x[-_]real[-_]ip|forwarded|',
    to: '|',
    red: { file: `${tests}/forwarded-headers.test.ts`, test: 'as they are' },
  },
  {
    name: 'door-paths: doubled slashes are let through',
    file: `${proxy}/canonical-path.ts`,
    from: "path.includes('//') || ",
    to: '',
    red: { file: `${tests}/paths.test.ts`, test: '/tasks//id' },
  },
  {
    name: 'door-paths: what is encoded is not looked at',
    file: `${proxy}/canonical-path.ts`,
    from: "if (decoded === '.' || decoded === '..' || hasHidden(decoded))",
    to: "if (part === '.' || part === '..')",
    red: { file: `${tests}/paths.test.ts`, test: '/tasks/%2e%2e/metrics' },
  },
  {
    name: 'door-smuggling: the parser reads what could be read in two ways',
    file: 'shared/platform/src/http-server.ts',
    from: 'shouldUpgradeCallback: shouldUpgrade,',
    to: 'shouldUpgradeCallback: shouldUpgrade, insecureHTTPParser: true,',
    red: { file: 'test/security/smuggling.test.ts', test: 'a length and chunks' },
  },
  {
    name: 'door-origin: a page of another origin opens a WebSocket',
    file: `${proxy}/upgrade.ts`,
    from: '  if (caller.byCookie) checkOrigin(request, deps.trustedOrigins, true);\n',
    to: '',
    red: { file: `${tests}/websocket.test.ts`, test: 'another site' },
  },
  {
    name: 'door-host: every name is served',
    file: 'gateway/src/auth/same-origin.ts',
    from: 'if (!allowed.has(host)) throw',
    to: 'if (host === undefined) throw',
    red: { file: `${tests}/websocket.test.ts`, test: 'under a name that is not served' },
  },
  {
    name: 'door-limits: a client says where it comes from',
    file: `${proxy}/client-address.ts`,
    from: 'if (hops === 0 || header === undefined)',
    to: 'if (header === undefined)',
    red: { file: 'test/security/limits.test.ts', test: 'that is written into headers is not believed' },
  },
  {
    name: 'door-limits: each IPv6 address counts alone',
    file: 'gateway/src/rate-limits.ts',
    from: 'const IPV6_PREFIX = 56;',
    to: 'const IPV6_PREFIX = 64;',
    red: { file: 'test/security/limits.test.ts', test: 'of the same IPv6 network' },
  },
  {
    name: 'door-limits: users are not counted',
    file: 'gateway/src/rate-limits.ts',
    from: 'perMinute.user, redis, userOf)',
    to: 'perMinute.user * 1_000, redis, userOf)',
    red: { file: 'test/security/limits.test.ts', test: 'a user who makes keys' },
  },
  {
    name: 'door-limits: requests of the same moment have the same number',
    file: 'gateway/src/local-store.ts',
    from: 'increment(key) {',
    to: 'increment(key) {\n      if (key) return memory.increment(key);',
    red: { file: 'gateway/src/local-store.test.ts', test: 'each has its own number', project: 'unit' },
  },
  {
    name: 'door-limits: guesses of keys are not counted',
    file: 'gateway/src/auth/caller.ts',
    from: "error.code === 'NOT_SIGNED_IN') requestLimit",
    to: "error.code === 'FORBIDDEN') requestLimit",
    red: { file: 'test/security/limits.test.ts', test: 'with keys that are guessed' },
  },
  {
    name: 'door-limits: as many WebSockets as anybody likes',
    file: `${proxy}/upgrade.ts`,
    from: 'if (before >= limit) throw',
    to: 'if (before >= limit * 1_000) throw',
    red: { file: 'test/security/limits.test.ts', test: 'WebSockets are limited by user' },
  },
  {
    name: 'door-limits: as many attempts to sign in as anybody likes',
    file: 'gateway/src/accounts/sign-in-by-password.ts',
    from: '    await deps.signInLimit(request, email);\n',
    to: '',
    red: { file: `${tests}/accounts.test.ts`, test: 'are limited by e-mail' },
  },
  {
    name: 'door-limits: as many messages on sockets as anybody likes',
    file: 'services/notification-service/src/live/user-limits.ts',
    from: 'if (usage.tokens < 1) throw',
    to: 'if (usage.tokens < -1e9) throw',
    red: { file: 'services/notification-service/test/connection-limits.test.ts', test: 'messages of one user' },
  },
  {
    name: 'door-bodies: a service is asked whatever the body’s size',
    file: `${proxy}/forward.ts`,
    from: '> maxBodyBytes) throw',
    to: '> maxBodyBytes * 1_000) throw',
    red: { file: 'test/security/limits.test.ts', test: 'a body that says it is too large' },
  },
  {
    name: 'door-slow: clients may take as long as they like',
    file: 'gateway/src/compose.ts',
    from: '    patience,\n    onFailure',
    to: '    onFailure',
    red: { file: 'test/security/slow-clients.test.ts', test: 'a head that does not end' },
  },
  {
    name: 'door-slow: a slow client holds a connection to the service',
    file: `${proxy}/request-body.ts`,
    from: 'READ_FIRST_BYTES = 16 * 1024',
    to: 'READ_FIRST_BYTES = 16',
    red: { file: 'test/security/slow-clients.test.ts', test: 'holds no connection to the service' },
  },
];
