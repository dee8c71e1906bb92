// A real HTTP server in a service's place: it tells what it got, and does something else when a test asks it to.
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export type Received = {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: string;
};

export type Upstream = {
  url: string;
  server: Server;
  /** Every request that came in whole, in order. */
  received: Received[];
  /** Open connections. */
  sockets: Set<Socket>;
  /** Answers by this instead of by an echo, until `behave()`. */
  behave(listener?: RequestListener): void;
  close(): Promise<void>;
};

/** Listens on a port of the system's choice, or on one that was free before. */
export async function givenUpstream(name: string, port = 0): Promise<Upstream> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let listener: RequestListener | undefined;
  const echo = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers, rawHeaders } = request;
    const entry = { method, url, headers, rawHeaders, body: await text(request) };
    received.push(entry);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ service: name, ...entry }));
  };
  const server = createServer((request, response) => {
    // A client that hangs up while its request is read is a part of some tests.
    if (listener) listener(request, response);
    else echo(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    received,
    sockets,
    behave(next) {
      listener = next;
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
