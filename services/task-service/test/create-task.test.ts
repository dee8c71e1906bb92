import { taskCreated } from '@builder-ai/contracts/events/task-created';
import type { Identity } from '@builder-ai/contracts/identity';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { findOutboxEvents, type GivenService, givenService, OWNER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const create = (body: object, headers: Record<string, string> = {}) => service.post('/tasks', body, headers);

const countTasks = async () => {
  const [row] = await service.deps.db.query<{ n: number }>('select count(*) as n from tasks');
  return row?.n ?? 0;
};

describe('POST /tasks', () => {
  test('200: the whole task, with the defaults of the original product', async () => {
    const { status, body, headers } = await create({ type: 'build', goal: ' build a page\nwith a form ' });
    expect(status).toBe(200);
    expect(headers.location).toBe(`/tasks/${body.id}`);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      title: 'build a page',
      type: 'build',
      goal: 'build a page\nwith a form',
      project_id: null,
      status: 'queued',
      waiting_for: null,
      waiting_call: null,
      plan: [],
      current_step: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      logs: [],
      error: null,
      metadata: {},
      messages: [],
      collaboration_log: null,
      agent_mode: null,
      approval: 'none',
      forked_from: null,
      budget: { cap_micro_usd: null, reserved_micro_usd: 0, spent_micro_usd: 0 },
      seq: 1,
    });
  });

  test('200: everything that a client may say is kept', async () => {
    const said = {
      type: 'docs',
      goal: 'describe it',
      title: 'The manual',
      metadata: { tags: ['a', { deep: null }] },
      agent_mode: 'template',
      budget: { cap_micro_usd: 5_000_000 },
      approval: 'plan',
    };
    const { status, body } = await create(said);
    const { budget, ...fields } = said;
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...fields, budget: { ...budget, reserved_micro_usd: 0, spent_micro_usd: 0 } });
  });

  test('200: the task, entry 1 of its timeline and the event that tells of it are there together', async () => {
    const { body } = await create({ goal: 'a page' });
    const timeline = await service.deps.db.query('select seq, event_type, data from timeline where task_id = $1', [
      body.id,
    ]);
    const data = { title: 'a page', goal: 'a page', type: 'build', project_id: null };
    expect(timeline).toEqual([{ seq: 1, event_type: 'task_created', data }]);
    const events = await findOutboxEvents(service.deps.db, 'task.events', body.id);
    expect(events).toEqual([
      expect.objectContaining({ no: 1, seq: 1, type: taskCreated.type, subject: body.id, ownerid: OWNER, data }),
    ]);
  });

  test('200: a goal of exactly 2000 characters', async () => {
    const { status, body } = await create({ goal: '😀'.repeat(2_000) });
    expect([status, [...body.goal].length]).toEqual([200, 2_000]);
  });

  test('200: the goal is stored without scripts, and otherwise as it was written', async () => {
    const { body } = await create({ goal: '<script>x</script>a <b>page</b> with "quotes", %, _ and \\' });
    expect(body.goal).toBe('a <b>page</b> with "quotes", %, _ and \\');
  });

  test.each(['build', 'fix', 'refactor', 'test', 'docs', 'chat'])('200: type %s', async (type) => {
    expect((await create({ type, goal: 'x' })).body.type).toBe(type);
  });

  test('200: a title is trimmed', async () => {
    expect((await create({ goal: 'x', title: '  My page ' })).body.title).toBe('My page');
  });

  test.each([
    ['empty', ''],
    ['blank', ' \n\t '],
    ['nothing but a script', '<script>alert(1)</script>'],
    ['blank after sanitising', ' javascript: '],
  ])('400: a goal that is %s', async (_what, goal) => {
    const { status, body, type } = await create({ type: 'build', goal });
    expect([status, type]).toEqual([400, 'application/problem+json']);
    expect(body).toEqual({
      type: 'urn:builder-ai:error:GOAL_EMPTY',
      title: 'Bad request',
      status: 400,
      detail: 'Goal cannot be empty',
      code: 'GOAL_EMPTY',
      request_id: expect.any(String),
    });
  });

  test('400: no goal, and no body at all', async () => {
    for (const answer of [await create({ type: 'build' }), await service.post('/tasks'), await create({})])
      expect([answer.status, answer.body.code]).toEqual([400, 'GOAL_EMPTY']);
  });

  test.each([
    ['2001 characters', 'x'.repeat(2_001)],
    ['2001 characters before trimming', `x${' '.repeat(2_000)}`],
  ])('400: a goal of %s', async (_what, goal) => {
    const { status, body } = await create({ goal });
    expect([status, body.code, body.detail]).toEqual([400, 'GOAL_TOO_LONG', 'Goal too long (max 2000 chars)']);
  });

  test.each<[string, object]>([
    ['type', { type: 'deploy' }],
    ['type', { type: 7 }],
    ['goal', { goal: 7 }],
    ['goal', { goal: null }],
    ['goal', { goal: 'a\0b' }],
    ['goal', { goal: 'half a pair: \ud83d' }],
    ['title', { title: '' }],
    ['title', { title: '   ' }],
    ['title', { title: 'x'.repeat(201) }],
    ['project_id', { project_id: 'x'.repeat(101) }],
    ['project_id', { project_id: 7 }],
    ['metadata', { metadata: { text: 'x'.repeat(16 * 1024) } }],
    ['metadata', { metadata: [] }],
    ['agent_mode', { agent_mode: 'robot' }],
    ['budget.cap_micro_usd', { budget: { cap_micro_usd: -1 } }],
    ['budget.cap_micro_usd', { budget: { cap_micro_usd: 0.5 } }],
    ['budget.cap_micro_usd', { budget: { cap_micro_usd: 2 ** 53 } }],
    ['budget.cap_micro_usd', { budget: {} }],
    ['approval', { approval: 'sometimes' }],
    ['status', { status: 'completed' }],
    ['__proto__', JSON.parse('{"__proto__": {"type": "fix"}}')],
  ])('400: a fault in %s (%#)', async (field, change) => {
    const { status, body } = await create({ type: 'build', goal: 'a page', ...change });
    expect([status, body.code]).toEqual([400, 'INPUT_INVALID']);
    expect(new Set(body.errors.map((error: { field: string }) => error.field))).toEqual(new Set([field]));
  });

  test('400: every fault is told at once', async () => {
    const { body } = await create({ goal: 'a page', type: 'deploy', agent_mode: 'robot', colour: 'red' });
    const fields = body.errors.map((error: { field: string }) => error.field);
    expect(fields.sort()).toEqual(['agent_mode', 'colour', 'type']);
  });

  test('200: metadata of exactly 16 KiB', async () => {
    const text = 'ä'.repeat((16 * 1024 - '{"text":"x"}'.length) / 2);
    expect((await create({ goal: 'x', metadata: { text: `x${text}` } })).status).toBe(200);
  });

  test.each(['{"goal": "a page"', 'goal', '"a page"', '{"goal": "a page",}'])('400: broken JSON %s', async (text) => {
    const { status, body } = await service.post('/tasks', text);
    expect([status, body.code]).toEqual([400, 'JSON_INVALID']);
  });

  test.each(['[]', '[{"goal": "a page"}]'])('400: not an object: %s', async (text) => {
    const { status, body } = await service.post('/tasks', text);
    expect([status, body.code]).toEqual([400, 'INPUT_INVALID']);
  });

  test('400: a body that is nested a hundred thousand levels deep', async () => {
    const deep = `{"goal": "x", "metadata": {"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const { status, body } = await service.post('/tasks', deep);
    expect([status, body.code]).toEqual([400, 'INPUT_INVALID']);
  });

  test('401: no identity', async () => {
    const { status, body } = await request(service.app).post('/tasks').send({ goal: 'a page' });
    expect([status, body.code]).toEqual([401, 'IDENTITY_INVALID']);
  });

  test('403: a caller who may only read', async () => {
    const reader: Identity = { userId: OWNER, kind: 'user', scopes: ['read'] };
    const { status, body } = await service.post('/tasks', { goal: 'a page' }, {}, reader);
    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
  });

  test('413: a body over 256 KiB', async () => {
    const { status, body } = await create({ goal: 'x', metadata: { text: 'x'.repeat(256 * 1024) } });
    expect([status, body.code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    '415: %s',
    async (type) => {
      const { status, body } = await request(service.app)
        .post('/tasks')
        .set(await service.headersFor())
        .set('content-type', type)
        .send('{"goal":"a page"}');
      expect([status, body.code]).toEqual([415, 'MEDIA_TYPE']);
    },
  );

  test('a refused request leaves nothing behind', async () => {
    const before = await countTasks();
    await create({ goal: '' });
    await create({ goal: 'a page', type: 'deploy' });
    expect(await countTasks()).toBe(before);
  });
});
