import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenRunningTask, givenService, givenTask } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const queuedJob = (id: string) =>
  eventually(async () => {
    const commands = await findOutboxEvents(service.deps.db, 'task.commands', id);
    return commands.find((command) => command.data.until === 'end')?.data.job_id as string | undefined;
  });

describe('POST /tasks/:id/run-all', () => {
  test('200: waits for the end, not for a step', async () => {
    const id = await givenTask(service);
    const waiting = service.post(`/tasks/${id}/run-all`);
    const jobId = await queuedJob(id);
    await service.agent.plans(id, ['one', 'two']);
    await service.agent.makesStep(id, 0, 1);
    expect((await service.get(`/tasks/${id}/job-status/${jobId}`)).body.result).toBeNull();
    await service.agent.makesStep(id, 1, null);
    await service.agent.completes(id, jobId);
    const { status, body } = await waiting;
    expect([status, body.status, body.current_step]).toEqual([200, 'completed', null]);
    expect(await (await service.get(`/tasks/${id}`)).body).toEqual(body);
  });

  test('200: goes on with a task in progress that nobody runs', async () => {
    const id = await givenTask(service);
    const first = await service.post(`/tasks/${id}/run`, undefined, { prefer: 'respond-async' });
    await service.agent.plans(id, ['one', 'two']);
    await service.agent.makesStep(id, 0, 1);
    expect((await service.get(`/tasks/${id}/job-status/${first.body.job_id}`)).body.status).toBe('succeeded');
    const waiting = service.post(`/tasks/${id}/run-all`);
    const jobId = await queuedJob(id);
    await service.agent.makesStep(id, 1, null);
    await service.agent.completes(id, jobId);
    expect((await waiting).body.status).toBe('completed');
  });

  test('202: the client prefers not to wait', async () => {
    const id = await givenTask(service);
    const { status, body, headers } = await service.post(`/tasks/${id}/run-all`, undefined, {
      prefer: 'respond-async',
    });
    expect([status, headers.location]).toEqual([202, `/tasks/${id}/job-status/${body.job_id}`]);
  });

  test('400: a body with a field', async () => {
    expect((await service.post(`/tasks/${await givenTask(service)}/run-all`, { wait: true })).status).toBe(400);
  });

  test('404: unknown', async () => {
    expect((await service.post('/tasks/unknown/run-all')).body.code).toBe('TASK_NOT_FOUND');
  });

  test('409: it is being run', async () => {
    const { id } = await givenRunningTask(service);
    const { status, body } = await service.post(`/tasks/${id}/run-all`);
    expect([status, body.code]).toEqual([409, 'TASK_BUSY']);
  });
});
