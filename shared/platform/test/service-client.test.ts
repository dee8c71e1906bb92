// One service asks another, in its own name; whatever goes wrong is "away for a moment".
import type { IncomingMessage, ServerResponse } from 'node:http';
import { IDENTITY_HEADER } from '@builder-ai/contracts/identity';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type HttpServer, listen } from '../src/http-server.ts';
import { newIdentityIssuer, newIdentityVerifier } from '../src/identity.ts';
import { withContext } from '../src/request-context.ts';
import { newServiceClient, type ServiceClient } from '../src/service-client.ts';
import { openSigningKey } from '../src/signing-key.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';

let given: GivenDatabase;
let server: HttpServer;
let client: ServiceClient;
let asked: IncomingMessage | undefined;
let answer: (response: ServerResponse) => void;
let verify: (assertion: string | undefined) => Promise<unknown>;

beforeAll(async () => {
  given = await givenDatabase();
  const key = await openSigningKey(given.db);
  const issuer = newIdentityIssuer('notification-service', key);
  verify = newIdentityVerifier('task-service', { 'notification-service': key.jwks }).verify;
  server = await listen(
    (request, response) => {
      asked = request;
      answer(response);
    },
    { host: '127.0.0.1', port: 0 },
  );
  client = newServiceClient('notification-service', issuer, 'task-service', server.url);
});

afterAll(async () => {
  await server.close();
  await given.close();
});

const AWAY = { code: 'SERVICE_UNAVAILABLE', status: 503, headers: { 'retry-after': '1' } };

const answers = (status: number, body: string) => (response: ServerResponse) => response.writeHead(status).end(body);

test('it asks in its own name, and hands on the request id and the trace', async () => {
  answer = answers(200, '{"name":"a thing"}');
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const found = await withContext({ request_id: 'request-1', traceparent }, () => client.find('/things/1?full=yes'));
  expect(found).toEqual({ name: 'a thing' });
  expect(asked?.url).toBe('/things/1?full=yes');
  expect(asked?.headers).toMatchObject({ 'x-request-id': 'request-1', traceparent });
  const identity = await verify(String(asked?.headers[IDENTITY_HEADER]));
  expect(identity).toEqual({ userId: 'notification-service', kind: 'service', scopes: ['read'] });
});

test('outside a request it sends neither', async () => {
  answer = answers(200, '{}');
  await client.find('/things/1');
  expect([asked?.headers['x-request-id'], asked?.headers.traceparent]).toEqual([undefined, undefined]);
});

test('what does not exist is undefined', async () => {
  answer = answers(404, '{"code":"TASK_NOT_FOUND"}');
  expect(await client.find('/things/2')).toBeUndefined();
});

test.each([401, 403, 500, 503])('an answer with status %d means that it is away', async (status) => {
  answer = answers(status, '{}');
  await expect(client.find('/things/1')).rejects.toMatchObject(AWAY);
});

test('so do an answer that is no JSON, one that breaks off, and none at all', async () => {
  answer = answers(200, '<html>');
  await expect(client.find('/things/1')).rejects.toMatchObject(AWAY);
  answer = (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"name":');
    response.destroy();
  };
  await expect(client.find('/things/1')).rejects.toMatchObject(AWAY);
  answer = (response) => void response.destroy();
  await expect(client.find('/things/1')).rejects.toMatchObject(AWAY);
});
