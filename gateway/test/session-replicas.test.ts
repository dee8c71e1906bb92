// What belongs to a socket that began by polling goes to the replica that has it, everything else to the service.
import { newSessionId } from '@builder-ai/platform/session-id';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readGatewayConfig } from '../src/config.ts';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { givenUpstream, type Upstream } from './given-upstream.ts';

let given: GivenGateway;
let one: Upstream;
let other: Upstream;
let gone: Upstream;

const portOf = ({ url }: Upstream) => Number(new URL(url).port);

beforeAll(async () => {
  [one, other, gone] = [await givenUpstream('one'), await givenUpstream('other'), await givenUpstream('gone')];
  const replicas = `localhost:${portOf(one)}, 127.0.0.1:${portOf(other)}, 127.0.0.1:${portOf(gone)}`;
  given = await givenGateway({ NOTIFICATION_SERVICE_REPLICAS: replicas });
});

afterAll(async () => {
  await given.close();
  await Promise.all([one.close(), other.close(), gone.close()]);
});

async function whoAnswers(path: string, method = 'GET'): Promise<string> {
  const response = await fetch(given.url + path, { method, headers: BY_KEY });
  return response.ok ? ((await response.json()) as { service: string }).service : String(response.status);
}

const session = (port: number) => `/ws/?EIO=4&transport=polling&sid=${newSessionId('127.0.0.1', port)}`;

test('its replica is found by name and by address, for what it asks and for what it says', async () => {
  for (const method of ['GET', 'POST']) {
    expect(await whoAnswers(session(portOf(one)), method)).toBe('one');
    expect(await whoAnswers(session(portOf(other)), method)).toBe('other');
    expect(await whoAnswers(`/v1${session(portOf(other))}`, method)).toBe('other');
  }
  expect(other.received.at(-1)?.url).toMatch(/^\/ws\/\?EIO=4&transport=polling&sid=/);
});

test.each([
  ['a session that begins', '/ws/?EIO=4&transport=polling'],
  ['one of a replica that nobody knows', session(1)],
  ['one with an id of another kind', '/ws/?sid=socket-io-s-own-id-AA'],
  ['one with no id', '/ws/?sid='],
])('%s goes to the service', async (_what, path) => {
  expect(await whoAnswers(path)).toBe('notification-service');
});

test('what is no socket goes to the service, whatever it says of a session', async () => {
  const { searchParams } = new URL(session(portOf(one)), given.url);
  expect(await whoAnswers(`/notifications?sid=${searchParams.get('sid')}`)).toBe('notification-service');
});

test('a replica that is away is answered as such, the others go on', async () => {
  expect(await whoAnswers(session(portOf(gone)))).toBe('gone');
  await gone.close();
  expect(await whoAnswers(session(portOf(gone)))).toBe('503');
  expect(await whoAnswers(session(portOf(one)))).toBe('one');
});

test('a WebSocket of such a session goes to its replica as well', async () => {
  const seen: string[] = [];
  other.server.on('upgrade', ({ url = '' }, socket) => {
    seen.push(url);
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });
  const path = session(portOf(other)).replace('polling', 'websocket');
  const socket = new WebSocket(given.url.replace('http', 'ws') + path, { headers: BY_KEY } as never);
  await eventually(() => seen.length === 1);
  socket.close();
  expect(seen).toEqual([path]);
});

test.each(['http://notification-service:8000', 'a b:1', 'host:port', 'host:8000/path'])(
  '%s is no host: the gateway does not start',
  (NOTIFICATION_SERVICE_REPLICAS) => {
    const env = { DATABASE_URL: 'postgres://localhost/x', NOTIFICATION_SERVICE_REPLICAS };
    expect(() => readGatewayConfig(env)).toThrow('NOTIFICATION_SERVICE_REPLICAS');
  },
);
