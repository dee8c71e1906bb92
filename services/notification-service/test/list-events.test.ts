import type { Problem } from '@builder-ai/contracts/error-codes';
import { IDENTITY_HEADER } from '@builder-ai/contracts/identity';
import type { TaskEvent } from '@builder-ai/contracts/task';
import { newIdentityIssuer } from '@builder-ai/platform/identity';
import { newId } from '@builder-ai/platform/new-id';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { type GivenService, givenService, OWNER } from './given-service.ts';
import { range, toSeqs } from './timeline-message.ts';

let given: GivenService;
let taskId: string;

beforeAll(async () => {
  given = await givenService();
  taskId = given.newTask();
  await given.publish(taskId, 1, 1_200);
  await eventually(async () => (await list(taskId, '?after=1199')).length === 1);
});

afterAll(() => given.close());

afterEach(() => {
  given.taskService.failWith(undefined);
  given.taskService.asked.length = 0;
});

const path = (id: string, query = '') => `/tasks/${encodeURIComponent(id)}/events${query}`;

async function list(id: string, query = ''): Promise<TaskEvent[]> {
  const answer = await given.get(path(id, query));
  expect(answer.status).toBe(200);
  return (await answer.json()) as TaskEvent[];
}

async function problem(id: string, query = '', headers?: Record<string, string>) {
  const answer = await given.get(path(id, query), headers);
  expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  return { headers: answer.headers, body: (await answer.json()) as Problem };
}

describe('200', () => {
  test('an entry has what the socket sends', async () => {
    const [event] = await list(taskId, '?limit=1');
    expect(event).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      seq: 1,
      event_type: 'log_added',
      task_id: taskId,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: expect.objectContaining({ seq: 1, message: 'line 1' }),
    });
  });

  test.each([
    ['', range(1, 500)],
    ['?limit=3', [1, 2, 3]],
    ['?after=0&limit=2', [1, 2]],
    ['?after=1198', [1_199, 1_200]],
    ['?after=600&limit=1000', range(601, 1_200)],
    ['?after=1200', []],
    ['?after=9007199254740991', []],
  ])('%s: in order, after the seq, as many as asked for', async (query, expected) => {
    expect(toSeqs(await list(taskId, query))).toEqual(expected);
  });

  test('page after page gives each entry once', async () => {
    const all: TaskEvent[] = [];
    for (let page = await list(taskId, '?limit=77'); page.length > 0; ) {
      all.push(...page);
      page = await list(taskId, `?limit=77&after=${all.at(-1)?.seq}`);
    }
    expect(toSeqs(all)).toEqual(range(1, 1_200));
    expect(new Set(all.map((event) => event.id)).size).toBe(1_200);
  });

  test('a task of which nothing was heard yet has no entries; task-service knows whose it is', async () => {
    const fresh = given.newTask();
    expect(await list(fresh)).toEqual([]);
    expect(given.taskService.asked).toEqual([
      {
        path: `/internal/tasks/${fresh}/owner`,
        identity: { userId: 'notification-service', kind: 'service', scopes: ['read'] },
      },
    ]);
  });

  test('a task that is known is not asked for, and needs no task-service', async () => {
    given.taskService.failWith(500);
    expect((await list(taskId)).length).toBe(500);
    expect(given.taskService.asked).toEqual([]);
  });
});

describe('400', () => {
  test.each([
    ['?after=-1', 'after'],
    ['?after=1.5', 'after'],
    ['?after=x', 'after'],
    ['?after=', 'after'],
    ['?after=1&after=2', 'after'],
    ['?after=9007199254740993', 'after'],
    ['?limit=0', 'limit'],
    ['?limit=1001', 'limit'],
    ['?before=1', 'before'],
  ])('%s names the field', async (query, field) => {
    const { body } = await problem(taskId, query);
    expect(body).toMatchObject({ status: 400, code: 'INPUT_INVALID', errors: [{ field }] });
  });
});

describe('401', () => {
  test('without identity, with a broken one, or one for another service', async () => {
    const forOther = await given.headersFor(OWNER, 'task-service');
    const valid = String((await given.headersFor())[IDENTITY_HEADER]);
    const [header, payload, signature] = valid.split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const stretched = `${header}.${Buffer.from('{"iss":"gateway","sub":"owner-1"}').toString('base64url')}.${signature}`;
    for (const headers of [
      {},
      forOther,
      ...['', 'nonsense', 'a.b.c', unsigned, stretched].map((token) => ({ [IDENTITY_HEADER]: token })),
    ]) {
      const { body } = await problem(taskId, '', headers as Record<string, string>);
      expect(body).toMatchObject({ status: 401, code: 'IDENTITY_INVALID' });
    }
  });

  test('by a key that is not of the gateway, though it calls itself gateway', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const forger = newIdentityIssuer('gateway', {
      kid: 'gateway',
      privateKey,
      jwks: { keys: [await exportJWK(publicKey)] },
    });
    const identity = { userId: OWNER, kind: 'user', scopes: ['read'] } as const;
    const headers = await forger.headerFor('notification-service', { ...identity, scopes: [...identity.scopes] });
    expect((await problem(taskId, '', headers)).body.status).toBe(401);
  });

  test('an identity whose minute is over', async () => {
    const old = newIdentityIssuer('gateway', given.gatewayKey, () => Date.now() - 70_000);
    const headers = await old.headerFor('notification-service', { userId: OWNER, kind: 'user', scopes: ['read'] });
    expect((await problem(taskId, '', headers)).body.status).toBe(401);
  });
});

test('403: an identity that may not read', async () => {
  const headers = await given.issuer.headerFor('notification-service', { userId: OWNER, kind: 'user', scopes: [] });
  expect((await problem(taskId, '', headers)).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
});

describe('404', () => {
  test("another user's task looks like one that does not exist, whoever knows of it", async () => {
    const theirs = given.newTask('owner-2');
    const known = given.newTask('owner-2');
    await given.publish(known, 1, 1, 'owner-2');
    await eventually(async () => {
      const answer = await given.get(path(known), await given.headersFor('owner-2'));
      return ((await answer.json()) as TaskEvent[]).length === 1;
    });
    const bodies = [];
    for (const id of [theirs, known, newId(), 'nothing', "' or 1=1 --", '../other']) {
      const { body } = await problem(id);
      bodies.push({ ...body, request_id: '' });
    }
    expect(bodies[0]).toMatchObject({ status: 404, code: 'TASK_NOT_FOUND' });
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });
});

test('503: a task of which nothing was heard, while task-service is away', async () => {
  given.taskService.failWith(500);
  const { headers, body } = await problem(given.newTask());
  expect(body).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
  expect(headers.get('retry-after')).toBe('1');
});
