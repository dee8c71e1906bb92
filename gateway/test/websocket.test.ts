// WebSockets through the gateway, to a real socket.io server in notification-service's place.
import { once } from 'node:events';
import { IDENTITY_HEADER } from '@builder-ai/contracts/identity';
import { newIdentityVerifier } from '@builder-ai/platform/identity';
import { JWKS_PATH } from '@builder-ai/platform/signing-key';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Server } from 'socket.io';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { exchange } from './raw-exchange.ts';

let given: GivenGateway;
let server: Server;
let session: { cookie: string };
const clients: Socket[] = [];

beforeAll(async () => {
  given = await givenGateway();
  session = await given.signIn();
  server = new Server(given.upstreams['notification-service'].server, { path: '/ws', serveClient: false });
  server.on('connection', (socket) => {
    socket.on('echo', (value: unknown, answer: (value: unknown) => void) => answer(value));
    socket.on('headers', (answer: (value: unknown) => void) => answer(socket.handshake.headers));
  });
});

afterAll(async () => {
  await server.close();
  await given.close();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

async function connect(headers: Record<string, string>, options: Partial<ManagerOptions & SocketOptions> = {}) {
  const client = io(given.url, {
    path: '/ws',
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: headers,
    ...options,
  });
  clients.push(client);
  await new Promise<void>((resolve, reject) => client.once('connect', resolve).once('connect_error', reject));
  return client;
}

const own = () => ({ ...session, origin: given.url });

/** A WebSocket's first request, with the lines given added. @returns the answer of a gateway that refuses */
const ask = (path: string, ...lines: string[]) =>
  exchange(given.port, [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${given.port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...lines,
  ]);

const PATH = '/ws/?EIO=4&transport=websocket';

describe('a WebSocket', () => {
  test('of our own page, signed in, is carried in both directions', async () => {
    const client = await connect(own());
    const large = 'x'.repeat(500_000);
    expect(await client.emitWithAck('echo', { large })).toEqual({ large });
    const told = once(client as never, 'told');
    server.emit('told', Buffer.from([1, 2, 3]));
    expect(await told).toEqual([Buffer.from([1, 2, 3])]);
  });

  test.each([
    ['polling alone', ['polling']],
    ['polling, then a WebSocket', ['polling', 'websocket']],
  ])('does as well by %s', async (_name, transports) => {
    const client = await connect(own(), { transports });
    expect(await client.emitWithAck('echo', 'hello')).toBe('hello');
    await eventually(() => client.io.engine.transport.name === transports.at(-1));
    expect(await client.emitWithAck('echo', 'again')).toBe('again');
  });

  test('may come by key, from wherever', async () => {
    const client = await connect({ ...BY_KEY, origin: 'http://evil.example' });
    expect(await client.emitWithAck('echo', 1)).toBe(1);
  });

  test('may come under /v1', async () => {
    const client = await connect(own(), { path: '/v1/ws' });
    expect(await client.emitWithAck('echo', 1)).toBe(1);
  });

  test('tells the service who it is for, and nothing that signs in or that the client forged', async () => {
    const client = await connect({
      ...own(),
      'x-builder-identity': 'forged',
      x_builder_identity: 'forged',
      'x-forwarded-for': '6.6.6.6',
      'x-request-id': 'chosen-by-the-client',
    });
    const headers: Record<string, string> = await client.emitWithAck('headers');
    for (const name of ['cookie', 'authorization', 'x_builder_identity']) expect(headers).not.toHaveProperty(name);
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': `127.0.0.1:${given.port}` });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    const verifier = newIdentityVerifier('notification-service', { gateway: new URL(JWKS_PATH, given.url) });
    await expect(verifier.verify(headers[IDENTITY_HEADER])).resolves.toMatchObject({ kind: 'user' });
  });

  test('does not use up the connections that requests need: 300 at once, and a request', async () => {
    const all = await Promise.all(Array.from({ length: 300 }, () => connect(own())));
    expect(await all.at(-1)?.emitWithAck('echo', 'last')).toBe('last');
    const answer = await fetch(`${given.url}/tasks/id/events`, { headers: BY_KEY });
    expect(answer.status).toBe(200);
  });
});

describe('is refused', () => {
  test.each<[string, number, string, string[]]>([
    ['without a session', 401, 'NOT_SIGNED_IN', []],
    ['with an unknown session', 401, 'NOT_SIGNED_IN', ['Cookie: builder_session=unknown']],
    ['with a wrong key', 401, 'NOT_SIGNED_IN', ['Authorization: Bearer wrong-key-0123456789']],
    ['under a name that is not served', 421, 'HOST_REFUSED', ['Host: evil.example']],
  ])('%s: %d', async (_name, status, code, lines) => {
    const hostless = lines.some((line) => line.startsWith('Host'));
    const answer = await (hostless
      ? exchange(given.port, [`GET ${PATH} HTTP/1.1`, ...lines, ...upgrade])
      : ask(PATH, ...lines));
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([status, code]);
    expect(answer.head).toMatch(/content-type: application\/problem\+json/i);
  });

  test.each([
    ['another site', 'Origin: http://evil.example'],
    ['another port', 'Origin: http://127.0.0.1:1'],
    ['a sandboxed page', 'Origin: null'],
    ['another site, without origin', 'Sec-Fetch-Site: cross-site'],
  ])('for the page of %s, which the browser signs in: 403', async (_name, line) => {
    const answer = await ask(PATH, `Cookie: ${session.cookie}`, line);
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([403, 'ORIGIN_REFUSED']);
  });

  test.each([
    ['/', 404],
    ['/tasks', 404],
    ['/ws', 404],
    ['/ws/deeper', 404],
    ['/v1/v1/ws/', 404],
    ['//ws/', 400],
    ['/ws/../ws/', 400],
    ['/%77s%2f', 400],
  ])('at %s: %d', async (path, status) => {
    const answer = await ask(path, `Cookie: ${session.cookie}`, `Origin: ${given.url}`);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body).request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('by the service itself: its answer arrives', async () => {
    const answer = await ask('/ws/?EIO=4&transport=nonsense', `Cookie: ${session.cookie}`);
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('Transport unknown')]);
  });
});

test('a request that would rather have HTTP/2 is answered as it is', async () => {
  const answer = await exchange(given.port, [
    'GET /tasks HTTP/1.1',
    'Host: localhost',
    `Cookie: ${session.cookie}`,
    'Connection: close, Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
  ]);
  expect(answer.status).toBe(200);
});

const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
