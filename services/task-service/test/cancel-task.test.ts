import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  findOutboxEvents,
  type GivenService,
  givenRunningTask,
  givenService,
  givenTask,
  givenWaitingTask,
} from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const commands = (id: string) => findOutboxEvents(service.deps.db, 'task.commands', id);

describe('POST /tasks/:id/cancel', () => {
  const cancel = (id: string) => service.post(`/tasks/${id}/cancel`);

  test('200: a task that was never run is cancelled at once', async () => {
    const id = await givenTask(service);
    const { status, body } = await cancel(id);
    expect([status, body.status]).toEqual([200, 'cancelled']);
    expect(await commands(id)).toEqual([]);
    expect((await service.post(`/tasks/${id}/run-async`)).body.code).toBe('TASK_ENDED');
  });

  test('200: of one that runs or waits, agent-service decides', async () => {
    const waiting = await givenWaitingTask(service, { waiting_for: 'budget', code: 'BUDGET_EXHAUSTED' });
    for (const id of [(await givenRunningTask(service)).id, waiting]) {
      expect((await cancel(id)).status).toBe(200);
      expect((await commands(id)).at(-1)).toMatchObject({ type: 'run.cancel_requested' });
    }
  });

  test('200: cancelled again is still cancelled', async () => {
    const id = await givenTask(service);
    await cancel(id);
    expect((await cancel(id)).body).toMatchObject({ status: 'cancelled' });
  });

  test('409: a task that has ended', async () => {
    const { id, jobId } = await givenRunningTask(service);
    await service.agent.completes(id, jobId);
    const { status, body } = await cancel(id);
    expect([status, body.code]).toEqual([409, 'TASK_ENDED']);
  });
});
