// A server listens where it says, and stops without cutting anybody off who is being answered.
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, expect, jest, test } from '@jest/globals';
import { type HttpServer, listen } from '../src/http-server.ts';

const servers: HttpServer[] = [];
const agents: Agent[] = [];

afterEach(async () => {
  jest.useRealTimers();
  for (const agent of agents.splice(0)) agent.destroy();
  for (const server of servers.splice(0)) {
    server.server.closeAllConnections();
    if (server.server.listening) await server.close();
  }
});

async function given(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<HttpServer> {
  const server = await listen(handler, { host: '127.0.0.1', port: 0 });
  servers.push(server);
  return server;
}

/** Over a connection that stays open afterwards. */
function ask(url: string): Promise<string> {
  const agent = new Agent({ keepAlive: true });
  agents.push(agent);
  return new Promise((resolve, reject) => {
    get(url, { agent }, async (response) => {
      const parts: Buffer[] = [];
      try {
        for await (const part of response) parts.push(part as Buffer);
        resolve(Buffer.concat(parts).toString());
      } catch (error) {
        reject(error);
      }
    }).on('error', reject);
  });
}

test('it answers at the address it names', async () => {
  const server = await given((request, response) => response.end(`you asked ${request.url}`));
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(await ask(`${server.url}/x`)).toBe('you asked /x');
});

test('a port that is taken is an error with the code EADDRINUSE', async () => {
  const { port } = await given((_request, response) => response.end());
  await expect(listen(() => {}, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('close lets a running request finish, refuses new ones, and waits for no idle connection', async () => {
  let finish: (() => void) | undefined;
  const server = await given((request, response) => {
    if (request.url === '/quick') response.end('quick');
    else finish = () => response.end('slow, but whole');
  });
  await ask(`${server.url}/quick`);
  const slow = ask(`${server.url}/slow`);
  await eventually(() => finish !== undefined);
  let closed = false;
  const closing = server.close().then(() => {
    closed = true;
  });
  await expect(ask(`${server.url}/late`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(closed).toBe(false);
  finish?.();
  expect(await slow).toBe('slow, but whole');
  await closing;
});

test('a request that does not end is cut off when the limit is over', async () => {
  let asked = false;
  const server = await given((_request, response) => {
    asked = true;
    response.write('for ever and');
  });
  const endless = ask(server.url);
  const cut = expect(endless).rejects.toThrow('aborted');
  await eventually(() => asked);
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'] });
  const closing = server.close();
  jest.advanceTimersByTime(5_000);
  await Promise.all([closing, cut]);
});
