// How large a body may be is the service's to say: the gateway passes it on, and brings the answer back whole.
import { endpoint, MAX_BODY_BYTES } from '@builder-ai/platform/endpoint';
import { newHealth } from '@builder-ai/platform/health';
import { type IdentityVerifier, newIdentityVerifier } from '@builder-ai/platform/identity';
import { silentLogger } from '@builder-ai/platform/logger';
import { newMetrics } from '@builder-ai/platform/metrics';
import { createServiceApp } from '@builder-ai/platform/service-app';
import { JWKS_PATH } from '@builder-ai/platform/signing-key';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Joi from 'joi';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway();
  const identity: IdentityVerifier = newIdentityVerifier('task-service', { gateway: new URL(JWKS_PATH, given.url) });
  const deps = { identity, logger: silentLogger, health: newHealth([]), metrics: newMetrics('task-service') };
  const countLetters = endpoint<typeof deps, { goal: string }>({
    method: 'post',
    path: '/tasks',
    access: 'task.create',
    body: Joi.object<{ goal: string }>({ goal: Joi.string().required() }),
    handle: ({ body }) => ({ status: 200, body: { letters: body.goal.length } }),
  });
  // A service as ours are, in the echo's place.
  given.tasks.behave(createServiceApp([countLetters], deps));
});

afterAll(() => given.close());

const toBody = (bytes: number) => JSON.stringify({ goal: 'x'.repeat(bytes - '{"goal":""}'.length) });

async function post(body: string, chunked: boolean): Promise<Response> {
  const stream = new Blob([body]).stream();
  return fetch(`${given.url}/tasks`, {
    method: 'POST',
    headers: { ...BY_KEY, 'content-type': 'application/json' },
    ...(chunked ? { body: stream, duplex: 'half' } : { body }),
  });
}

test.each([
  ['with a length', false],
  ['in chunks', true],
])('a body as large as is allowed is passed on, %s', async (_name, chunked) => {
  const answer = await post(toBody(MAX_BODY_BYTES), chunked);
  expect([answer.status, await answer.json()]).toEqual([200, { letters: MAX_BODY_BYTES - '{"goal":""}'.length }]);
});

test.each([
  ['a byte too large, with a length', 1, false],
  ['a byte too large, in chunks', 1, true],
  ['20 MiB too large, with a length', 20 * 1024 * 1024, false],
  ['20 MiB too large, in chunks', 20 * 1024 * 1024, true],
])('a body %s is a 413 with the request id', async (_name, more, chunked) => {
  const answer = await post(toBody(MAX_BODY_BYTES + more), chunked);
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({
    code: 'BODY_TOO_LARGE',
    request_id: answer.headers.get('x-request-id'),
  });
  expect((await post(toBody(100), false)).status).toBe(200);
});
