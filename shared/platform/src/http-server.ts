// Listens, and stops without cutting anybody off.
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type HttpServer = {
  server: Server;
  port: number;
  url: string;
  /** Answers go on, and end their connections: whoever has a next request makes a new one, to another replica. */
  drain(): void;
  close(): Promise<void>;
};

const CLOSE_LIMIT_MS = 5_000;

export type Patience = { headersMs: number; requestMs: number };

export type ListenOptions = {
  host: string;
  port: number;
  /** Which upgrades go to the server's `upgrade` listeners; the other requests are answered as if they asked for none. */
  shouldUpgrade?: (request: IncomingMessage) => boolean;
  /** How long a client may take to send a request's head, and the whole request; for servers that the world reaches. */
  patience?: Patience;
  /** Closes what was opened for the server, when it cannot listen. */
  onFailure?: () => Promise<void>;
};

/**
 * Starts an HTTP server.
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<HttpServer> {
  const { patience, shouldUpgrade } = options;
  // How often Node looks for those that take too long.
  const look = patience && { connectionsCheckingInterval: Math.min(1_000, patience.headersMs) };
  const server = createServer({ shouldUpgradeCallback: shouldUpgrade, ...look }, handler);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  let draining = false;
  server.prependListener('request', (_request, response) => {
    if (draining) response.shouldKeepAlive = false;
  });
  // Longer than the gateway's keep-alive agent keeps an idle connection, so that it never writes into one just closed.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = patience?.headersMs ?? 70_000;
  if (patience) server.requestTimeout = patience.requestMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  }).catch(async (error: unknown) => {
    await options.onFailure?.();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const drain = () => {
    draining = true;
  };
  return { server, port, url: `http://${host}:${port}`, drain, close: () => close(server, sockets) };
}

/** Idle connections go at once, busy ones may finish, within a limit. */
function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    // All of them: Node's own closeAllConnections leaves out those that became WebSockets.
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, CLOSE_LIMIT_MS);
    // A connection that finishes a request now would otherwise be kept for the client's next one.
    server.keepAliveTimeout = 1;
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
    // Browsers open connections ahead of their requests; Node does not count those as idle.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  });
}
