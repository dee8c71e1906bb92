// A webhook's receiver: a real HTTP server that answers as a test tells it to, and remembers what it was sent.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { path: string; headers: Record<string, string>; body: string };
export type Answering = (request: Received, response: ServerResponse) => void;

export type GivenReceiver = Awaited<ReturnType<typeof givenReceiver>>;

export const accept: Answering = (_request, response) => void response.writeHead(204).end();

export const answer =
  (status: number, headers: Record<string, string> = {}, body = ''): Answering =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

export async function givenReceiver() {
  const received: Received[] = [];
  let answering: Answering = accept;
  const server = createServer((request, response) => {
    read(request).then((one) => {
      received.push(one);
      answering(one, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answerWith(next: Answering) {
      answering = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function read(request: IncomingMessage): Promise<Received> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return { path: request.url ?? '', headers: request.headers as Record<string, string>, body };
}
