// Listens, and stops without cutting anybody off.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type HttpServer = { server: Server; port: number; url: string; close(): Promise<void> };

const CLOSE_LIMIT_MS = 5_000;

/**
 * Starts an HTTP server.
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function listen(handler: RequestListener, options: { host: string; port: number }): Promise<HttpServer> {
  const server = createServer(handler);
  // Longer than the gateway's keep-alive agent keeps an idle connection, so that it never writes into one just closed.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 70_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { server, port, url: `http://${host}:${port}`, close: () => close(server) };
}

/** Idle connections go at once, busy ones may finish, within a limit. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
