// What was revoked is refused within 5 s, also where it had been let in before: WebSockets, streams, waiting requests.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hashToken } from '../src/auth/token.ts';
import { type GivenGateway, givenGateway } from './given-gateway.ts';
import { type GivenUser, givenMember, givenProject, givenUser } from './given-user.ts';
import { openRaw, toRawAnswer } from './raw-exchange.ts';

const LIMIT_MS = 5_000;

let given: GivenGateway;
let owner: GivenUser;

beforeAll(async () => {
  given = await givenGateway({ SIGN_UP: 'open' });
  owner = await givenUser(given, 'owner');
  given.upstreams['notification-service'].server.on('upgrade', (_request, socket: Socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  });
});

beforeEach(() => {
  // A stream of events without an end, and a run that is waited for.
  for (const upstream of Object.values(given.upstreams))
    upstream.behave((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': begun\n\n');
    });
});

afterAll(() => given.close());

type Headers = Record<string, string>;

async function open(first: string, headers: Headers): Promise<Socket> {
  const client = await openRaw(given.port);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  client.write([`${first} HTTP/1.1`, `Host: 127.0.0.1:${given.port}`, ...lines, '', ''].join('\r\n'));
  return client;
}

async function openWebSocket(headers: Headers): Promise<Socket> {
  const origin = `http://127.0.0.1:${given.port}`;
  const client = await open('GET /ws/', { Connection: 'Upgrade', Upgrade: 'websocket', origin, ...headers });
  expect(toRawAnswer(String((await once(client, 'data'))[0])).status).toBe(101);
  return client;
}

async function openStream(headers: Headers): Promise<Socket> {
  const client = await open('GET /tasks/some-id/events', headers);
  expect(toRawAnswer(String((await once(client, 'data'))[0])).status).toBe(200);
  return client;
}

/** @returns whether the connection was ended before the time was up */
async function endsInTime(client: Socket): Promise<boolean> {
  if (client.destroyed) return true;
  client.resume();
  const late = AbortSignal.timeout(LIMIT_MS);
  return once(client, 'close', { signal: late }).then(
    () => true,
    () => false,
  );
}

const kinds = [
  ['a WebSocket', openWebSocket],
  ['a stream of events', openStream],
] as const;

describe.each(kinds)('%s', (_name, begin) => {
  test('ends with its session, which another replica revoked; others go on', async () => {
    const [mine, other] = [await given.signIn(), await given.signIn()];
    const [ended, kept] = [await begin(mine), await begin(other)];
    const hash = hashToken(mine.cookie.split('=')[1] as string);
    await given.db.query('update sessions set revoked_at = clock_timestamp() where token_hash = $1', [hash]);
    expect(await endsInTime(ended)).toBe(true);
    expect(kept.destroyed).toBe(false);
    kept.destroy();
  });

  test('ends with its key', async () => {
    const make = async () => (await owner.call('post', '/keys', { name: 'x', scopes: ['read'] })).body;
    const [mine, other] = [await make(), await make()];
    const by = (key: { key: string }) => ({ authorization: `Bearer ${key.key}` });
    const [ended, kept] = [await begin(by(mine)), await begin(by(other))];
    expect((await owner.call('delete', `/keys/${mine.id}`)).status).toBe(204);
    expect(await endsInTime(ended)).toBe(true);
    expect(kept.destroyed).toBe(false);
    kept.destroy();
  });

  test('ends for a member who was removed', async () => {
    const project = await givenProject(owner);
    const member = await givenMember(given, owner, project, 'viewer');
    const client = await begin(member.headers);
    await owner.call('delete', `/projects/${project}/members/${member.id}`);
    expect(await endsInTime(client)).toBe(true);
  });
});

test('who joins a project keeps the answers that are on their way; a WebSocket begins again, and knows of it', async () => {
  const user = await givenUser(given, 'joins');
  const [stream, socket] = [await openStream(user.headers), await openWebSocket(user.headers)];
  const { body } = await owner.call('post', `/projects/${await givenProject(owner)}/invitations`, { role: 'viewer' });
  expect((await user.call('post', '/invitations/accept', { token: body.token })).status).toBe(200);
  expect(await endsInTime(socket)).toBe(true);
  expect(stream.destroyed).toBe(false);
  stream.destroy();
});
