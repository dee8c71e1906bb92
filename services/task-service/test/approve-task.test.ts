import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenService, givenTask, givenWaitingTask } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const commands = (id: string) => findOutboxEvents(service.deps.db, 'task.commands', id);

const steps = (...descriptions: string[]) => descriptions.map((description) => ({ description }));

describe('POST /tasks/:id/approve', () => {
  const approve = (id: string, body: object = {}) => service.post(`/tasks/${id}/approve`, body);

  test('200: the plan as it is', async () => {
    const id = await givenWaitingTask(service, { waiting_for: 'approval' });
    expect((await approve(id)).status).toBe(200);
    expect((await commands(id)).at(-1)).toMatchObject({
      type: 'plan.approved',
      data: { until: 'end', steps: ['Write the page', 'Check the page'] },
    });
  });

  test('200: an edited plan is shown at once, and is the one that is run', async () => {
    const id = await givenWaitingTask(service, { waiting_for: 'approval' });
    const { body } = await approve(id, { plan: steps('Write it', 'Test it', 'Ship it') });
    expect(body.plan.map((step: { description: string }) => step.description)).toEqual([
      'Write it',
      'Test it',
      'Ship it',
    ]);
    expect((await commands(id)).at(-1)).toMatchObject({ data: { steps: ['Write it', 'Test it', 'Ship it'] } });
  });

  test('400: a step that was begun may not change, and something must be left to do', async () => {
    const id = await givenWaitingTask(service, { waiting_for: 'resume' });
    await service.agent.makesStep(id, 0, 1);
    await service.agent.says(id, runWaiting, { job_id: 'j', waiting_for: 'approval', reason: 'x' });
    for (const plan of [steps('Other', 'Check'), steps('Write the page'), []])
      expect((await approve(id, { plan })).body.code).toBe('INPUT_INVALID');
    expect(await commands(id)).toHaveLength(1);
  });

  test('409: nothing waits for it; and a task that waits for it is not run otherwise', async () => {
    expect((await approve(await givenTask(service))).body.code).toBe('NOTHING_TO_APPROVE');
    const id = await givenWaitingTask(service, { waiting_for: 'approval' });
    expect((await service.post(`/tasks/${id}/run-async`)).body.code).toBe('APPROVAL_NEEDED');
  });
});
