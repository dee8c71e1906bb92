// What operators of task-service do about an event that could not be applied to its task.
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import type { Identity } from '@builder-ai/contracts/identity';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { type GivenService, givenRunningTask, givenService, OWNER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** A step beyond the plan, and a log line behind it. */
async function givenDead(): Promise<{ taskId: string; id: number }> {
  const { id: taskId } = await givenRunningTask(service, ['one', 'two']);
  await service.agent.says(taskId, stepStarted, { step: 2, description: 'three', agent: 'template', attempt: 1 });
  await service.agent.logs(taskId, 'behind it');
  const { body } = await service.get('/admin/dead-letters/task-service?state=dead');
  return { taskId, id: body[0].id };
}

const getTask = async (id: string) => (await service.get(`/tasks/${id}`)).body;

describe.each([
  ['get', () => '/admin/dead-letters/task-service'],
  ['get', (id: number) => `/admin/dead-letters/task-service/${id}`],
  ['post', (id: number) => `/admin/dead-letters/task-service/${id}/replay`],
  ['post', (id: number) => `/admin/dead-letters/task-service/${id}/discard`],
] as const)('%s %s', (method, path) => {
  test('401 and 403: is for operators alone', async () => {
    const { id } = await givenDead();
    const user: Identity = { userId: OWNER, kind: 'user', scopes: ['read', 'run'] };
    expect((await request(service.app)[method](path(id))).body.code).toBe('IDENTITY_INVALID');
    const { status, body } = await request(service.app)
      [method](path(id))
      .set(await service.headersFor(user));
    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
    expect((await service.get(`/admin/dead-letters/task-service/${id}`)).body.state).toBe('dead');
  });
});

test('while the plan has no such step, a replay fails with the reason', async () => {
  const { taskId, id } = await givenDead();
  const { status, body } = await service.post(`/admin/dead-letters/task-service/${id}/replay`);
  expect([status, body]).toMatchObject([
    409,
    { code: 'DEAD_LETTER_STILL_FAILS', detail: 'The plan has 2 steps; there is no step with index 2.' },
  ]);
  expect((await getTask(taskId)).logs).toEqual([]);
});

test('discarded, the event changes nothing, and what came behind it is told', async () => {
  const { taskId, id } = await givenDead();
  expect((await service.post(`/admin/dead-letters/task-service/${id}/discard`)).status).toBe(200);
  const task = await getTask(taskId);
  expect([task.plan.length, task.logs]).toMatchObject([2, [{ message: 'behind it' }]]);
  await service.agent.logs(taskId, 'and on');
  expect((await getTask(taskId)).logs).toHaveLength(2);
});

test('replayed when the plan has the step, the event is applied, and the timeline has no gap', async () => {
  const { taskId, id } = await givenDead();
  await service.deps.db.query(`update tasks set plan = plan || jsonb_build_array(plan->1) where id = $1`, [taskId]);
  expect((await service.post(`/admin/dead-letters/task-service/${id}/replay`)).body.state).toBe('replayed');
  expect(await getTask(taskId)).toMatchObject({ current_step: 2, logs: [{ message: 'behind it' }] });
  const rows = await service.deps.db.query<{ seq: number }>(
    'select seq from timeline where task_id = $1 order by seq',
    [taskId],
  );
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
});
