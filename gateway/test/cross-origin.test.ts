// Pages of the origins that are named may call and read; nobody else's may.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import request from 'supertest';
import { readGatewayConfig } from '../src/config.ts';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';

const PAGE = 'https://app.example.com';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway({ CORS_ORIGINS: `${PAGE}, http://localhost:3000` });
});

afterAll(() => given.close());

const preflight = (path: string, origin: string) =>
  request(given.url)
    .options(path)
    .set({ origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' });

describe.each(['/tasks', '/projects'])('%s', (path) => {
  test('204: a preflight of a named origin says what it may', async () => {
    const { status, headers } = await preflight(path, PAGE);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'authorization',
    });
    expect(headers['access-control-allow-methods']).toContain('PATCH');
  });

  test('an answer may be read by a named origin, with the headers that matter', async () => {
    const { status, headers } = await request(given.url)
      .get(path)
      .set({ ...BY_KEY, origin: PAGE });
    expect([status, headers['access-control-allow-origin']]).toEqual([200, PAGE]);
    expect(headers['access-control-expose-headers']).toContain('ETag');
    expect(headers.vary).toMatch(/\bOrigin\b/i);
  });

  test('a refusal may be read as well', async () => {
    const { status, headers } = await request(given.url).get(path).set({ origin: PAGE });
    expect([status, headers['access-control-allow-origin']]).toEqual([401, PAGE]);
  });

  test.each([
    'https://evil.example',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'null',
    `${PAGE}:444`,
  ])('%s gets no such word', async (origin) => {
    expect((await preflight(path, origin)).headers).not.toHaveProperty('access-control-allow-origin');
    const { headers } = await request(given.url)
      .get(path)
      .set({ ...BY_KEY, origin });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});

test('a change by cookie is carried out for a named origin, and for no other', async () => {
  const session = await given.signIn();
  const change = (origin: string) =>
    request(given.url)
      .post('/tasks')
      .set({ ...session, origin })
      .send({});
  expect((await change(PAGE)).status).toBe(200);
  expect((await change('https://evil.example')).status).toBe(403);
  const make = (origin: string) =>
    request(given.url)
      .post('/projects')
      .set({ ...session, origin })
      .send({ name: 'x' });
  expect((await make(PAGE)).status).toBe(201);
  expect((await make('https://evil.example')).status).toBe(403);
});

describe('the socket', () => {
  let server: Server;

  beforeAll(() => {
    server = new Server(given.upstreams['notification-service'].server, { path: '/ws', serveClient: false });
    server.on('connection', (socket) => void socket.emit('hello'));
  });

  afterAll(() => server.close());

  /** @returns whether a page of this origin is told anything */
  const hears = (origin: string, headers: Record<string, string>, transports: string[]) =>
    new Promise<boolean>((resolve) => {
      const extraHeaders = { ...headers, origin };
      const client = io(given.url, { path: '/ws', transports, reconnection: false, forceNew: true, extraHeaders });
      const end = (heard: boolean) => {
        client.close();
        resolve(heard);
      };
      client.once('hello', () => end(true)).once('connect_error', () => end(false));
    });

  test('a WebSocket by cookie is opened for a page of a named origin, and of no other', async () => {
    const session = await given.signIn();
    expect(await hears(PAGE, session, ['websocket'])).toBe(true);
    expect(await hears('http://localhost:3000', session, ['websocket'])).toBe(true);
    for (const origin of [
      'https://evil.example',
      'http://app.example.com',
      `${PAGE}:444`,
      `${PAGE}.evil.example`,
      'null',
    ])
      expect([origin, await hears(origin, session, ['websocket'])]).toEqual([origin, false]);
  });

  test('polling: a named origin may read what it is told, another one may not', async () => {
    const session = await given.signIn();
    const poll = (origin: string) =>
      request(given.url)
        .get('/ws/?EIO=4&transport=polling')
        .set({ ...session, origin });
    const named = await poll(PAGE);
    expect([named.status, named.headers['access-control-allow-origin']]).toEqual([200, PAGE]);
    expect((await poll('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin');
  });
});

test.each(['*', 'app.example.com', 'https://app.example.com/', 'https://*.example.com', 'null'])(
  '%s is no origin: the gateway does not start',
  (CORS_ORIGINS) => {
    const env = { DATABASE_URL: 'postgres://localhost/x', CORS_ORIGINS };
    expect(() => readGatewayConfig(env)).toThrow('CORS_ORIGINS');
  },
);
