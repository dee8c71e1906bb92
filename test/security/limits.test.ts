// Ways round a limit: another address in a header, another address of the same network, another spelling, another key.
import { afterEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from '../../gateway/test/given-gateway.ts';

let given: GivenGateway;

afterEach(() => given.close());

async function statuses(calls: (() => request.Test)[]): Promise<number[]> {
  const all: number[] = [];
  for (const call of calls) all.push((await call()).status);
  return all;
}

const post = (headers: Record<string, string>, path = '/tasks') => request(given.url).post(path).set(headers).send({});
const times = (count: number, make: (nth: number) => request.Test) =>
  Array.from({ length: count }, (_, nth) => () => make(nth));
const allowed = (answers: number[]) => answers.filter((status) => status === 200).length;

describe('an address', () => {
  test('that is written into headers is not believed', async () => {
    given = await givenGateway({ RATE_LIMIT_TASKS: '3' });
    const session = await given.signIn();
    const names = ['x-forwarded-for', 'X-Forwarded-For', 'forwarded', 'x-real-ip', 'x-client-ip', 'cf-connecting-ip'];
    const answers = await statuses(
      times(12, (nth) => post({ ...session, [names[nth % 6] as string]: `9.9.9.${nth}` })),
    );
    expect(allowed(answers)).toBe(3);
  });

  test('left of what our proxy says of it is not believed either', async () => {
    given = await givenGateway({ RATE_LIMIT_TASKS: '3', TRUSTED_HOPS: '1' });
    const session = await given.signIn();
    const answers = await statuses(
      times(8, (nth) => post({ ...session, 'x-forwarded-for': `9.9.9.${nth}, 203.0.113.9` })),
    );
    expect(allowed(answers)).toBe(3);
  });

  test('of the same IPv6 network (/56) is the same one', async () => {
    given = await givenGateway({ RATE_LIMIT_TASKS: '3', TRUSTED_HOPS: '1' });
    const session = await given.signIn();
    const from = (address: string) => post({ ...session, 'x-forwarded-for': address });
    const same = times(8, (nth) => from(`2a00:1:2:30${nth}0::${nth}`));
    expect(allowed(await statuses(same))).toBe(3);
    expect((await from('2a00:1:2:3100::1')).status).toBe(200);
  });
});

test('another spelling of the path is the same path, or none', async () => {
  given = await givenGateway({ RATE_LIMIT_TASKS: '2' });
  const paths = ['/tasks', '/v1/tasks', '/tasks?a', '/TASKS', '/tasks/', '//tasks', '/%74asks', '/tasks;a', '/./tasks'];
  await statuses(paths.flatMap((path) => times(2, () => post(BY_KEY, path))));
  expect(given.tasks.received).toHaveLength(2);
});

test('a user who makes keys has three times what one key has, however many there are', async () => {
  given = await givenGateway({ RATE_LIMIT_TASKS: '2' });
  const keys: string[] = [];
  for (let nth = 0; nth < 6; nth += 1) {
    const made = await request(given.url)
      .post('/keys')
      .set(BY_KEY)
      .send({ name: 'k', scopes: ['run'] });
    keys.push(made.body.key);
  }
  const answers = await statuses(keys.flatMap((key) => times(3, () => post({ authorization: `Bearer ${key}` }))));
  expect(allowed(answers)).toBe(6);
  expect(answers.filter((status) => status === 429)).toHaveLength(12);
});

describe('requests of any kind', () => {
  test('are limited by user, whichever session or key; another user is not held up', async () => {
    given = await givenGateway({ RATE_LIMIT_REQUESTS: '6', SIGN_UP: 'open' });
    const first = await given.signIn();
    const second = await given.signIn();
    const get = (headers: Record<string, string>) => request(given.url).get('/tasks').set(headers);
    expect(
      allowed(await statuses(times(12, (nth) => get([first, second, BY_KEY][nth % 3] as Record<string, string>)))),
    ).toBe(6);
    const refused = await get(first);
    expect([refused.status, refused.body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers.ratelimit).toMatch(/^"requests"; r=0; t=\d+$/);
    const other = await request(given.url)
      .post('/sign-up')
      .send({ email: 'other@example.com', password: 'correct horse battery', name: 'other' });
    expect((await get({ cookie: other.headers['set-cookie']?.[0] as string })).status).toBe(200);
  });

  test('with keys that are guessed are limited by address', async () => {
    given = await givenGateway({ RATE_LIMIT_REQUESTS: '5' });
    const guess = (nth: number) =>
      request(given.url).get('/tasks').set('authorization', `Bearer bai_guess-${nth}-0123456789`);
    expect(await statuses(times(8, guess))).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  });
});

test('a body that says it is too large is refused before a service is asked; one that does not say so, on its way', async () => {
  given = await givenGateway();
  const large = 'x'.repeat(256 * 1024 + 1);
  const says = await post(BY_KEY).send(JSON.stringify({ goal: large }));
  expect([says.status, says.body.code, given.tasks.received.length]).toEqual([413, 'BODY_TOO_LARGE', 0]);
  const chunked = await fetch(`${given.url}/tasks`, {
    method: 'POST',
    headers: BY_KEY,
    body: new Blob([large.repeat(8)]).stream(),
    duplex: 'half',
  } as RequestInit);
  expect([chunked.status, given.tasks.received.length]).toEqual([413, 0]);
});

test('WebSockets are limited by user: the next one is refused until another one ends', async () => {
  given = await givenGateway({ SOCKETS_PER_USER: '2' });
  given.upstreams['notification-service'].server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  });
  const open = () =>
    new Promise<number | WebSocket>((resolve) => {
      const outgoing = request(given.url).get('/ws/?EIO=4&transport=websocket').set(BY_KEY);
      outgoing.set({
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'YQ==',
      });
      const sent = outgoing.request();
      sent.once('upgrade', (_answer, socket) => resolve(socket as unknown as WebSocket));
      sent.once('response', (answer) => resolve(answer.statusCode ?? 0));
      sent.end();
    });
  const sockets = [await open(), await open()];
  expect(sockets.map((socket) => typeof socket)).toEqual(['object', 'object']);
  expect(await open()).toBe(429);
  for (const socket of sockets) (socket as unknown as { destroy(): void }).destroy();
});
