// What a service hears of a client: what the gateway says, and nothing that the client says about who or where it is.
import { IDENTITY_HEADER } from '@builder-ai/contracts/identity';
import { newIdentityVerifier } from '@builder-ai/platform/identity';
import { JWKS_PATH } from '@builder-ai/platform/signing-key';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import type { Received } from './given-upstream.ts';
import { exchange } from './raw-exchange.ts';

let given: GivenGateway;
let session: { cookie: string };

beforeAll(async () => {
  given = await givenGateway();
  session = await given.signIn();
});

afterAll(() => given.close());

/** Sends header lines as they are; @returns what the service got, and the gateway's answer. */
async function send(...lines: string[]): Promise<{ got: Received; head: string }> {
  given.tasks.received.length = 0;
  const head = ['GET /tasks HTTP/1.1', `Host: 127.0.0.1:${given.port}`, `Cookie: ${session.cookie}`, ...lines];
  const answer = await exchange(given.port, lines.some(isConnection) ? head : [...head, 'Connection: close']);
  expect(answer.status).toBe(200);
  return { got: given.tasks.received[0] as Received, head: answer.head };
}

const isConnection = (line: string) => /^connection:.*close/i.test(line);

const names = ({ rawHeaders }: Received) =>
  rawHeaders.filter((_, index) => index % 2 === 0).map((n) => n.toLowerCase());

describe('who', () => {
  test('nothing that signs in goes to a service', async () => {
    const { got } = await send('Authorization: Basic dXNlcjpwYXNz', 'Proxy-Authorization: Basic dXNlcjpwYXNz');
    for (const name of ['cookie', 'authorization', 'proxy-authorization']) expect(names(got)).not.toContain(name);
    const byKey = await request(given.url).get('/tasks').set(BY_KEY);
    expect(byKey.status).toBe(200);
    expect(byKey.body.headers).not.toHaveProperty('authorization');
    expect(JSON.stringify(given.tasks.received)).not.toContain(BY_KEY.authorization);
  });

  test.each([
    ['as it is', ['x-builder-identity: forged']],
    ['in another case', ['X-BUILDER-Identity: forged']],
    ['with underscores', ['x_builder_identity: forged', 'X-Builder_Identity: forged']],
    ['doubled', ['x-builder-identity: forged', 'X-Builder-Identity: forged']],
    ['named in Connection', ['x-builder-identity: forged', 'Connection: close, X-Builder-Identity']],
    ['under another name of that kind', ['x-builder-user: forged', 'X-Builder-Scopes: forged']],
  ])('a forged identity sent %s is removed, and ours arrives', async (_name, lines) => {
    const { got } = await send(...lines);
    expect(got.rawHeaders).not.toContain('forged');
    expect(names(got).filter((name) => /builder/.test(name))).toEqual([IDENTITY_HEADER]);
    const verifier = newIdentityVerifier('task-service', { gateway: new URL(JWKS_PATH, given.url) });
    await expect(verifier.verify(got.headers[IDENTITY_HEADER] as string)).resolves.toMatchObject({ kind: 'user' });
  });

  test('a public route carries no identity at all, forged or not', async () => {
    const { body } = await request(given.url).get('/preview/token/').set('x-builder-identity', 'forged').set(session);
    expect(body.headers).not.toHaveProperty(IDENTITY_HEADER);
  });
});

describe('where', () => {
  const forged = [
    'X-Forwarded-For: 6.6.6.6',
    'x-forwarded-for: 6.6.6.7',
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Port: 666',
    'X-Forwarded-Prefix: /evil',
    'X_Forwarded_For: 6.6.6.6',
    'X-Real-IP: 6.6.6.6',
    'X_Real_Ip: 6.6.6.6',
    'Forwarded: for=6.6.6.6;host=evil.example',
  ];

  test.each([
    ['as they are', []],
    ['named in Connection', ['Connection: close, X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto, X-Real-IP']],
  ])('forwarding headers sent %s are replaced by what the gateway sees', async (_name, more) => {
    const { got } = await send(...forged, ...more);
    const about = Object.entries(got.headers).filter(([name]) => /forward|real/.test(name));
    expect(Object.fromEntries(about)).toEqual({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': `127.0.0.1:${given.port}`,
      'x-forwarded-proto': 'http',
    });
    expect(names(got).filter((name) => name === 'x-forwarded-for')).toHaveLength(1);
  });
});

describe('the request id and the trace', () => {
  test('are made here, told to the service, and the id to the client', async () => {
    const { got, head } = await send('X-Request-Id: chosen-by-the-client', 'X_Request_Id: chosen-by-the-client');
    const id = got.headers['x-request-id'];
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(head.toLowerCase()).toContain(`x-request-id: ${id}`);
    expect(got.rawHeaders).not.toContain('chosen-by-the-client');
  });

  test('a trace of the client is not continued', async () => {
    const theirs = '00-11111111111111111111111111111111-2222222222222222-01';
    const { got } = await send(`Traceparent: ${theirs}`, 'Tracestate: vendor=1');
    expect(got.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(got.headers.traceparent).not.toContain('1111111111');
    expect(names(got)).not.toContain('tracestate');
  });

  test('are different for each request', async () => {
    const ids = new Set<unknown>();
    for (let index = 0; index < 3; index += 1) ids.add((await send()).got.headers['x-request-id']);
    expect(ids.size).toBe(3);
  });
});

describe('the connection', () => {
  test.each(['close', 'Close', 'close, X-Something', 'X-Something, close'])(
    'a client that asks by "Connection: %s" for its end gets the answer and the end',
    async (value) => {
      // The exchange resolves when the gateway closes.
      const { got } = await send(`Connection: ${value}`, 'X-Something: 1');
      expect(got.headers.connection).toBe('keep-alive');
    },
  );

  test('an HTTP/1.0 client gets the answer and the end', async () => {
    const answer = await exchange(given.port, ['GET /tasks HTTP/1.0', 'Host: 127.0.0.1', `Cookie: ${session.cookie}`]);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ service: 'task-service' });
  });

  test('everything else goes on as it was sent', async () => {
    const { got } = await send(
      'Accept: text/event-stream',
      'Last-Event-ID: 7',
      'Idempotency-Key: abc',
      'If-Match: "1"',
    );
    expect(got.headers).toMatchObject({
      accept: 'text/event-stream',
      'last-event-id': '7',
      'idempotency-key': 'abc',
      'if-match': '"1"',
    });
  });
});
