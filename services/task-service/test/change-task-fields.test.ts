import { budgetApplied } from '@builder-ai/contracts/events/budget-applied';
import { eventually } from '@builder-ai/testing/eventually';
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

const cap = (cap_micro_usd: number | null) => ({ budget: { cap_micro_usd } });

describe('PATCH /tasks/:id', () => {
  test('200: the cap of a task that was never run holds at once', async () => {
    const id = await givenTask(service);
    const { status, body } = await service.patch(`/tasks/${id}`, cap(5_000));
    expect([status, body.budget.cap_micro_usd]).toEqual([200, 5_000]);
    await service.post(`/tasks/${id}/run-async`);
    expect((await commands(id)).at(-1)).toMatchObject({ data: { cap_micro_usd: 5_000 } });
  });

  test('200: of one that has a run, when agent-service says that it holds', async () => {
    const { id } = await givenRunningTask(service);
    const answer = service.patch(`/tasks/${id}`, cap(7_000));
    await eventually(async () => (await commands(id)).at(-1)?.type === 'budget.changed');
    expect((await service.get(`/tasks/${id}`)).body.budget.cap_micro_usd).toBeNull();
    await service.agent.says(id, budgetApplied, { cap_micro_usd: 7_000 });
    const { status, body } = await answer;
    expect([status, body.budget.cap_micro_usd]).toEqual([200, 7_000]);
    expect((await commands(id)).at(-1)).toMatchObject({ data: { cap_micro_usd: 7_000, job: null } });
  });

  test('202: agent-service does not answer; a task that waited for budget has a job to go on with', async () => {
    const id = await givenWaitingTask(service, { waiting_for: 'budget', code: 'BUDGET_EXHAUSTED' });
    expect((await service.patch(`/tasks/${id}`, cap(null))).status).toBe(200);
    const other = await givenWaitingTask(service, { waiting_for: 'budget', code: 'BUDGET_EXHAUSTED' });
    expect((await service.patch(`/tasks/${other}`, cap(9_000))).status).toBe(202);
    const [job] = await service.deps.db.query<{ id: string }>(
      `select id from jobs where task_id = $1 and status = 'queued'`,
      [other],
    );
    expect((await commands(other)).at(-1)).toMatchObject({ data: { job: { job_id: job?.id, until: 'end' } } });
  });

  test('200: the plan, while nobody runs it; the next run takes it along', async () => {
    const id = await givenWaitingTask(service, { waiting_for: 'resume' });
    const plan = [{ description: 'Only this' }];
    const { seq } = (await service.get(`/tasks/${id}`)).body;
    const { status, body } = await service.patch(`/tasks/${id}`, { plan }, { 'if-match': `"${seq}"` });
    expect([status, body.plan.length, body.plan[0].description]).toEqual([200, 1, 'Only this']);
    await service.post(`/tasks/${id}/resume`);
    expect((await commands(id)).at(-1)).toMatchObject({ type: 'run.requested', data: { steps: ['Only this'] } });
  });

  test('409 while it runs, 412 when it has changed', async () => {
    const plan = [{ description: 'Only this' }];
    const { id } = await givenRunningTask(service);
    expect((await service.patch(`/tasks/${id}`, { plan })).body.code).toBe('TASK_BUSY');
    const waiting = await givenWaitingTask(service, { waiting_for: 'resume' });
    const { status, body } = await service.patch(`/tasks/${waiting}`, { plan }, { 'if-match': '"1"' });
    expect([status, body.code]).toEqual([412, 'PLAN_CHANGED']);
  });

  test.each([{}, cap(-1), { budget: {} }, { plan: [] }, { status: 'completed' }])('400: %j', async (body) => {
    expect((await service.patch(`/tasks/${await givenTask(service)}`, body)).body.code).toBe('INPUT_INVALID');
  });
});
