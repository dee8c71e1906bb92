// WebSocket upgrades: signed in, from our own origin, to the socket's path only.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { newId } from '@builder-ai/platform/new-id';
import { AppError, toAppError, toProblem } from '@builder-ai/platform/problem';
import { newTraceparent } from '@builder-ai/platform/request-context';
import type { Request } from 'express';
import { checkHost, checkOrigin } from '../auth/same-origin.ts';
import type { Deps } from '../deps.ts';
import { canonicalUrl, pathOf } from './canonical-path.ts';
import { readClientAddress } from './client-address.ts';
import { setForwardedHeaders } from './forwarded-headers.ts';

export const SOCKET_PATH = '/ws/';

export type Upgrades = {
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void;
  /** Ends every WebSocket: none would end by itself. */
  close(): void;
};

/** Asked by the HTTP server: what would rather be HTTP/2 is answered as the HTTP/1.1 request that it is. */
export const isWebSocket = (request: IncomingMessage): boolean =>
  request.headers.upgrade?.toLowerCase() === 'websocket';

export function newUpgrades(deps: Deps): Upgrades {
  const logger = deps.logger.child('upgrade');
  const sockets = new Set<Socket>();
  const openByUser = new Map<string, number>();
  return {
    handle(request, socket, head) {
      const requestId = newId();
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      carry(deps, openByUser, request, socket, head, requestId).catch((thrown: unknown) => {
        const error = toAppError(thrown);
        if (error.status >= 500) logger.error('Upgrade failed', { request_id: requestId, error: error.cause ?? error });
        refuse(socket, error, requestId);
      });
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function carry(
  deps: Deps,
  openByUser: Map<string, number>,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  requestId: string,
): Promise<void> {
  checkHost(request, deps.allowedHosts);
  request.url = canonicalUrl(request.url ?? '');
  if (pathOf(request.url) !== SOCKET_PATH) throw new AppError('ROUTE_NOT_FOUND');
  const client = readClientAddress(request, deps.trustedHops);
  const caller = await deps.callers.admit(request, client);
  if (caller.byCookie) checkOrigin(request, deps.trustedOrigins, true);
  // The client connects again by itself, and its new connection knows what the caller may do by then.
  if (socket.destroyed) return;
  countSocket(openByUser, deps.socketsPerUser, caller.identity.userId, socket);
  socket.once('close', deps.exchanges.add({ caller, endsOnAnyChange: true, end: () => void socket.destroy() }));
  const identity = await deps.issuer.headerFor('notification-service', caller.identity);
  setForwardedHeaders(request, { requestId, traceparent: newTraceparent(), identity, client });
  deps.proxies['notification-service'].upgrade(request as Request, socket, head);
}

/** @param open how many WebSockets users have open here. @throws AppError RATE_LIMITED */
function countSocket(open: Map<string, number>, limit: number, userId: string, socket: Socket): void {
  const before = open.get(userId) ?? 0;
  if (before >= limit) throw new AppError('RATE_LIMITED', { headers: { 'retry-after': '10' } });
  open.set(userId, before + 1);
  socket.once('close', () => {
    const left = (open.get(userId) ?? 1) - 1;
    if (left === 0) open.delete(userId);
    else open.set(userId, left);
  });
}

function refuse(socket: Socket, error: AppError, requestId: string): void {
  if (!socket.writable) return;
  const body = JSON.stringify(toProblem(error, requestId));
  const headers = Object.entries(error.headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  socket.end(
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n${headers}Connection: close\r\n\r\n${body}`,
  );
}
