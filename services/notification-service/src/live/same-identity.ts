// A connection by polling is many requests, each with an assertion of its own: all must say what the first one said. So
// whoever has lost a role, or has found another's connection id, is not served by what was allowed before.
import { IDENTITY_HEADER, type Identity } from '@builder-ai/contracts/identity';
import type { IdentityVerifier } from '@builder-ai/platform/identity';
import { AppError } from '@builder-ai/platform/problem';
import type { Server } from 'socket.io';

type Requested = { headers: Record<string, string | string[] | undefined>; _query?: Record<string, unknown> };
type Connection = {
  id: string;
  request: Requested;
  transport: { name: string };
  once(name: 'close', on: () => void): void;
};

export function requireSameIdentity(io: Server, verifier: IdentityVerifier): void {
  /** By connection; undefined for one whose handshake will be refused. */
  const begunBy = new Map<string, Promise<string | undefined>>();

  const readIdentity = async ({ headers }: Requested): Promise<string> => {
    const assertion = headers[IDENTITY_HEADER];
    return toText(await verifier.verify(typeof assertion === 'string' ? assertion : undefined));
  };

  io.engine.on('connection', (connection: Connection) => {
    // One that began as a WebSocket stays one: no other request may name it.
    if (connection.transport.name !== 'polling') return;
    begunBy.set(
      connection.id,
      readIdentity(connection.request).catch(() => undefined),
    );
    connection.once('close', () => begunBy.delete(connection.id));
  });

  io.engine.use((request: Requested, _response: unknown, next: (error?: Error) => void) => {
    const id = request._query?.sid;
    const begun = typeof id === 'string' ? begunBy.get(id) : undefined;
    // The first request of a connection, or of one that is no more: the server says so itself.
    if (!begun) {
      next();
      return;
    }
    begun
      .then(async (before) => {
        // Nothing is served by one that nobody stands behind; the handshake tells its client why.
        if (before !== undefined && before !== (await readIdentity(request))) throw new AppError('IDENTITY_INVALID');
      })
      .then(() => next(), next);
  });
}

const toText = ({ userId, kind, scopes, credentialId, projects = {} }: Identity) =>
  JSON.stringify([userId, kind, scopes, credentialId, Object.entries(projects).sort()]);
