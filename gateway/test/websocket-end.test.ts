// However a WebSocket ends, both sides hear of it and the gateway keeps nothing.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import type { Upstream } from './given-upstream.ts';
import { openRaw, toRawAnswer } from './raw-exchange.ts';

let given: GivenGateway;
let service: Upstream;

beforeEach(async () => {
  given = await givenGateway({}, { proxyTimeoutMs: 10_000 });
  service = given.upstreams['notification-service'];
});

afterEach(() => given.close());

/** Sends the first request of a WebSocket. */
async function ask(headers: Record<string, string> = BY_KEY): Promise<Socket> {
  const client = await openRaw(given.port);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  client.write(
    ['GET /ws/ HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', ...lines, '', ''].join(
      '\r\n',
    ),
  );
  return client;
}

/** A service that takes every WebSocket and sends back what comes; @returns its sides of them */
function acceptAll(): Socket[] {
  const accepted: Socket[] = [];
  service.server.on('upgrade', (_request, socket: Socket) => {
    accepted.push(socket);
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.pipe(socket);
  });
  return accepted;
}

/** A service that reads and says nothing. */
const keepSilent = (_request: unknown, socket: Socket) =>
  void socket
    .on('error', () => {})
    .on('end', () => socket.end())
    .resume();

async function openSocket(): Promise<Socket> {
  const client = await ask();
  const [head] = await once(client, 'data');
  expect(toRawAnswer(String(head)).status).toBe(101);
  client.write('hello');
  expect(String((await once(client, 'data'))[0])).toBe('hello');
  return client;
}

const nobodyIsConnected = () => eventually(() => service.sockets.size === 0);

describe('when the client', () => {
  test.each<[string, (client: Socket) => unknown]>([
    ['ends it', (client) => client.end()],
    ['goes away without a word', (client) => client.destroy()],
    ['breaks it', (client) => client.resetAndDestroy()],
  ])('%s, the service hears of it', async (_name, end) => {
    acceptAll();
    end(await openSocket());
    await nobodyIsConnected();
    expect((await fetch(`${given.url}/tasks`, { headers: BY_KEY })).status).toBe(200);
  });

  test('breaks it before it was asked who it is, no connection is left', async () => {
    acceptAll();
    const session = await given.signIn();
    await given.db.transaction(async (tx) => {
      await tx.query('lock table sessions in access exclusive mode');
      const client = await ask(session);
      await eventually(async () => {
        const [row] = await tx.query<{ n: number }>(
          `select count(*)::int as n from pg_locks where not granted and relation = 'sessions'::regclass`,
        );
        return row?.n === 1;
      });
      client.resetAndDestroy();
    });
    // Another one that comes later is through: whatever the first one left would be there.
    const later = await openSocket();
    later.destroy();
    await nobodyIsConnected();
  });

  test('breaks it while the service thinks it over, no connection is left', async () => {
    let take = () => {};
    service.server.once('upgrade', (_request, socket: Socket) => {
      socket.on('error', () => {});
      take = () => void socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
    });
    const client = await ask();
    await once(service.server, 'upgrade');
    client.resetAndDestroy();
    take();
    await nobodyIsConnected();
  });
});

describe('when the service', () => {
  test.each<[string, (socket: Socket) => unknown]>([
    ['ends it', (socket) => socket.end()],
    ['goes away without a word', (socket) => socket.destroy()],
    ['breaks it', (socket) => socket.resetAndDestroy()],
  ])('%s, the client hears of it', async (_name, end) => {
    const accepted = acceptAll();
    const client = await openSocket();
    client.resume();
    end(accepted[0] as Socket);
    await once(client, 'close');
    await nobodyIsConnected();
  });

  test('is down, the connection is closed and the gateway goes on', async () => {
    await service.close();
    const client = await ask();
    client.resume();
    await once(client, 'close');
    expect((await fetch(`${given.url}/tasks`, { headers: BY_KEY })).status).toBe(200);
  });

  test('does not answer, the connection is closed in the end', async () => {
    await given.close();
    given = await givenGateway({}, { proxyTimeoutMs: 500 });
    service = given.upstreams['notification-service'];
    service.server.on('upgrade', keepSilent);
    const client = await ask();
    client.resume();
    await once(client, 'close');
    await nobodyIsConnected();
  });
});

describe('when the gateway stops', () => {
  test('every WebSocket ends on both sides, and nothing waits for them', async () => {
    acceptAll();
    const clients = await Promise.all(Array.from({ length: 5 }, () => openSocket()));
    const closed = Promise.all(clients.map((client) => once(client.resume(), 'close')));
    // Something that does hold it up, until it is cut off.
    given.tasks.behave((_request, response) => void response.write('first'));
    const download = await fetch(`${given.url}/tasks`, { headers: BY_KEY });
    let cut = false;
    const end = download.text().catch(() => {
      cut = true;
    });
    const stopped = given.stop();
    await closed;
    await nobodyIsConnected();
    expect(cut).toBe(false);
    await Promise.all([stopped, end]);
  });

  test('a WebSocket that is not answered yet ends as well', async () => {
    service.server.on('upgrade', keepSilent);
    const client = await ask();
    await once(service.server, 'upgrade');
    const closed = once(client.resume(), 'close');
    await given.stop();
    await closed;
  });

  test('a client that never reads does not hold it up', async () => {
    const accepted = acceptAll();
    const client = await openSocket();
    client.pause();
    accepted[0]?.write(Buffer.alloc(8 * 1024 * 1024));
    await given.stop();
    client.destroy();
  });
});
