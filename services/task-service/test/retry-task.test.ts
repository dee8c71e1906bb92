import { runFailed } from '@builder-ai/contracts/events/run-failed';
import { stepFailed } from '@builder-ai/contracts/events/step-failed';
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenRunningTask, givenService, givenTask } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const commands = (id: string) => findOutboxEvents(service.deps.db, 'task.commands', id);

/** Step 1 of 2 is done, step 2 failed. */
async function givenFailedTask(): Promise<string> {
  const { id, jobId } = await givenRunningTask(service);
  await service.agent.makesStep(id, 0, 1);
  await service.agent.says(id, stepStarted, { step: 1, description: 'x', agent: 'template', attempt: 1 });
  await service.agent.says(id, stepFailed, { step: 1, error: 'no' });
  await service.agent.says(id, runFailed, { job_id: jobId, error: 'no' });
  return id;
}

describe('POST /tasks/:id/retry', () => {
  const retry = (id: string, body: object = {}) => service.post(`/tasks/${id}/retry`, body);

  test('200: a failed task goes on from the step that failed', async () => {
    const id = await givenFailedTask();
    expect((await retry(id)).status).toBe(200);
    expect((await commands(id)).at(-1)).toMatchObject({ type: 'run.retry_requested', data: { until: 'end', step: 1 } });
  });

  test('200: from an earlier step', async () => {
    const id = await givenFailedTask();
    await retry(id, { step: 0 });
    expect((await commands(id)).at(-1)).toMatchObject({ data: { step: 0 } });
  });

  test('409: a step that was never begun, a task without a plan, a task that runs', async () => {
    expect((await retry(await givenFailedTask(), { step: 2 })).body.code).toBe('NO_SUCH_STEP');
    expect((await retry(await givenTask(service))).body.code).toBe('NO_SUCH_STEP');
    expect((await retry((await givenRunningTask(service)).id)).body.code).toBe('TASK_BUSY');
  });
});
