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

describe('POST /tasks/:id/resume', () => {
  const resume = (id: string) => service.post(`/tasks/${id}/resume`);

  test('200: a paused task goes on with a job of its own; the job that was paused ended as cancelled', async () => {
    const id = await givenWaitingTask(service, { waiting_for: 'resume' });
    expect((await resume(id)).status).toBe(200);
    const jobs = await service.deps.db.query<{ status: string }>(
      'select status from jobs where task_id = $1 order by created_at',
      [id],
    );
    expect(jobs.map(({ status }) => status)).toEqual(['cancelled', 'queued']);
    expect((await commands(id)).at(-1)).toMatchObject({
      type: 'run.requested',
      data: { until: 'end', steps: ['Write the page', 'Check the page'] },
    });
  });

  test('what waits for no error shows none', async () => {
    const id = await givenWaitingTask(service, { waiting_for: 'resume' });
    expect((await service.get(`/tasks/${id}`)).body).toMatchObject({ status: 'waiting', error: null });
  });

  test('409: it runs, or it waits for something else', async () => {
    const { id } = await givenRunningTask(service);
    expect((await resume(id)).body.code).toBe('TASK_BUSY');
    const other = await givenWaitingTask(service, { waiting_for: 'budget', code: 'BUDGET_EXHAUSTED' });
    for (const each of [other, await givenTask(service)]) expect((await resume(each)).body.code).toBe('NOT_PAUSED');
  });
});
