// Clients that send a request byte by byte, or not at all, hold a connection of the gateway's for a limited time, and none of a
// service's.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { BY_KEY, type GivenGateway, givenGateway } from '../../gateway/test/given-gateway.ts';
import { openRaw } from '../../gateway/test/raw-exchange.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway({}, { patience: { headersMs: 300, requestMs: 600 } });
});

afterAll(() => given.close());

beforeEach(() => {
  given.tasks.received.length = 0;
});

const HEAD = `POST /tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${BY_KEY.authorization}\r\nContent-Type: application/json\r\n`;

/** Sends a beginning, then a byte now and then, until the gateway has had enough. @returns what it said */
async function drip(beginning: string): Promise<string> {
  const socket = await openRaw(given.port);
  let said = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    said += chunk;
  });
  const closed = once(socket, 'close');
  socket.write(beginning);
  while (!socket.destroyed && socket.writable) {
    await delay(50);
    if (socket.writable) socket.write('a');
  }
  await closed;
  return said;
}

test.each([
  ['a head that does not end', `${HEAD}X-Slow: `],
  ['a body that does not end', `${HEAD}Content-Length: 1000\r\n\r\n{`],
])('%s is cut off with 408', async (_name, beginning) => {
  expect(await drip(beginning)).toContain('HTTP/1.1 408');
  expect(given.tasks.received).toEqual([]);
});

test('a connection that says nothing is closed', async () => {
  const socket = await openRaw(given.port);
  await once(socket.resume(), 'close');
});

test('a short body on its way holds no connection to the service', async () => {
  const connections = given.tasks.sockets.size;
  const sockets = await Promise.all(Array.from({ length: 20 }, () => openRaw(given.port)));
  for (const socket of sockets) socket.resume().write(`${HEAD}Content-Length: 1000\r\n\r\n{`);
  await delay(200);
  expect(given.tasks.sockets.size).toBe(connections);
  await Promise.all(sockets.map((socket) => once(socket, 'close')));
  expect(given.tasks.received).toEqual([]);
});
