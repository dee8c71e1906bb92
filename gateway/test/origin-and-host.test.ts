// What a browser sends by itself is believed only from our own pages, and only under names that are served.
import { JWKS_PATH } from '@builder-ai/platform/signing-key';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { exchange } from './raw-exchange.ts';

let given: GivenGateway;
let session: { cookie: string };

beforeAll(async () => {
  given = await givenGateway({ ALLOWED_HOSTS: 'builder.example, Other.Example' });
  session = await given.signIn();
});

afterAll(() => given.close());

const host = () => `127.0.0.1:${given.port}`;
const post = (headers: Record<string, string>) => request(given.url).post('/tasks').set(headers).send({});

const strange: [string, Record<string, string>][] = [
  ['another site', { origin: 'http://evil.example' }],
  ['another port of this host', { origin: 'http://127.0.0.1:1' }],
  ['another name of this host', { origin: 'http://localhost' }],
  ['a sandboxed page', { origin: 'null' }],
  ['nonsense', { origin: 'evil' }],
  ['an empty origin', { origin: '' }],
  ['an origin that begins like ours', { origin: 'http://127.0.0.1.evil.example' }],
  ['cross-site without origin', { 'sec-fetch-site': 'cross-site' }],
  ['same-site without origin', { 'sec-fetch-site': 'same-site' }],
];

describe('a change by cookie', () => {
  test.each(strange)('from %s is 403, and no service is asked', async (_name, headers) => {
    given.tasks.received.length = 0;
    const answer = await post({ ...session, ...headers });
    expect([answer.status, answer.body.code]).toEqual([403, 'ORIGIN_REFUSED']);
    expect(answer.body.request_id).toBe(answer.headers['x-request-id']);
    expect(given.tasks.received).toEqual([]);
  });

  test.each<[string, () => Record<string, string>]>([
    ['our own page', () => ({ origin: `http://${host()}`, 'sec-fetch-site': 'same-origin' })],
    ['our own page, without origin', () => ({ 'sec-fetch-site': 'same-origin' })],
    ['the address bar', () => ({ 'sec-fetch-site': 'none' })],
    ['a program that is no browser', () => ({})],
  ])('from %s is carried out', async (_name, headers) => {
    expect((await post({ ...session, ...headers() })).status).toBe(200);
  });

  test('is judged by the name the page was asked for', async () => {
    const own = { host: 'builder.example', origin: 'https://builder.example' };
    expect((await post({ ...session, ...own })).status).toBe(200);
    expect((await post({ ...session, ...own, origin: `http://${host()}` })).status).toBe(403);
  });
});

describe('reading by cookie, and anything by key', () => {
  test.each(strange)('from %s is not refused: no page can see the answer, or has the key', async (_name, headers) => {
    expect((await request(given.url).get('/tasks').set(session).set(headers)).status).toBe(200);
    expect((await post({ ...BY_KEY, ...headers })).status).toBe(200);
  });

  test('no answer allows another origin to read it', async () => {
    for (const method of ['get', 'options'] as const) {
      const asked = { origin: 'http://evil.example', 'access-control-request-method': 'GET' };
      const { headers } = await request(given.url)[method]('/tasks').set(session).set(asked);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('the host', () => {
  const get = (path: string, ...lines: string[]) =>
    exchange(given.port, [`GET ${path} HTTP/1.1`, ...lines, `Cookie: ${session.cookie}`, 'Connection: close']);

  test.each([
    'evil.example',
    'evil.example:8000',
    '127.0.0.1.evil.example',
    'localhost.',
    'builder.example.',
    '10.0.0.1',
    '[::2]',
    '',
  ])('"%s" is 421 with a valid session, as after DNS rebinding', async (name) => {
    for (const path of ['/tasks', '/me', '/', '/sign-in?token=x', '/nothing']) {
      const answer = await get(path, `Host: ${name}`);
      expect(answer.status).toBe(421);
      expect(JSON.parse(answer.body).code).toBe('HOST_REFUSED');
    }
  });

  test.each(['localhost', 'LOCALHOST:8000', '127.0.0.1', '[::1]:8000', 'builder.example', 'other.example:443'])(
    '"%s" is served',
    async (name) => {
      expect((await get('/tasks', `Host: ${name}`)).status).toBe(200);
    },
  );

  test('is not asked of health checks, which come by address', async () => {
    expect((await get('/health', 'Host: 10.0.0.1')).status).toBe(200);
  });

  test('is not asked of services, which read the public keys at an address of their own', async () => {
    const { status, body } = await get(JWKS_PATH, 'Host: 10.0.0.1:8000');
    expect([status, JSON.parse(body)]).toEqual([200, { keys: [expect.objectContaining({ kty: 'OKP' })] }]);
  });

  test('is the first one where a client names two', async () => {
    expect((await get('/tasks', 'Host: evil.example', 'Host: localhost')).status).not.toBe(200);
  });

  test('is asked of WebSockets as well', async () => {
    const answer = await get('/ws/', 'Host: evil.example', 'Upgrade: websocket');
    expect(answer.status).toBe(421);
  });
});
