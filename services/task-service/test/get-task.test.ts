import type { Identity } from '@builder-ai/contracts/identity';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GivenService, givenRunningTask, givenService, givenTask, STRANGER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

describe('GET /tasks/:id', () => {
  test('200: what POST /tasks answered', async () => {
    const created = (await service.post('/tasks', { goal: 'a page', type: 'fix' })).body;
    const { status, body } = await service.get(`/tasks/${created.id}`);
    expect([status, body]).toEqual([200, created]);
  });

  test('200: a service may read any task', async () => {
    const id = await givenTask(service);
    const other: Identity = { userId: 'agent-service', kind: 'service', scopes: ['read'] };
    expect((await service.get(`/tasks/${id}`, other)).body.id).toBe(id);
  });

  test('200: the whole plan, with each step’s own log lines', async () => {
    const { id } = await givenRunningTask(service, ['one', 'two']);
    await service.agent.logs(id, 'of the task');
    await service.agent.logs(id, 'of step one', 0);
    await service.agent.logs(id, 'of step two', 1);
    const { body } = await service.get(`/tasks/${id}`);
    expect(body.logs.map((line: { message: string }) => line.message)).toEqual([
      'of the task',
      'of step one',
      'of step two',
    ]);
    expect(body.plan).toEqual([
      {
        index: 0,
        description: 'one',
        status: 'pending',
        agent: null,
        started_at: null,
        finished_at: null,
        attempts: 0,
        result: null,
        review: null,
        commit: null,
        cost_micro_usd: 0,
        logs: [body.logs[1]],
      },
      expect.objectContaining({ index: 1, description: 'two', logs: [body.logs[2]] }),
    ]);
  });

  test("404: unknown, another owner's, deleted", async () => {
    const theirs = await givenTask(service, {}, STRANGER);
    const deleted = await givenTask(service);
    await service.deps.db.query('update tasks set deleted_at = now() where id = $1', [deleted]);
    for (const id of ['unknown', theirs, deleted, '%F0%9F%98%80', "'"]) {
      const { status, body } = await service.get(`/tasks/${id}`);
      expect([id, status, body.code, body.detail]).toEqual([id, 404, 'TASK_NOT_FOUND', 'Task not found']);
    }
  });

  test('400: an id that is no text', async () => {
    const { status, body } = await service.get('/tasks/%zz');
    expect([status, body.code]).toEqual([400, 'INPUT_INVALID']);
  });
});
