import { toolFinished } from '@builder-ai/contracts/events/tool-finished';
import { usageRecorded } from '@builder-ai/contracts/events/usage-recorded';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkTasks } from '../src/doctor/check-tasks.ts';
import { findOutboxEvents, type GivenService, givenService, givenTask } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const fork = (id: string, body: object, headers: Record<string, string> = {}) =>
  service.post(`/tasks/${id}/fork`, body, headers);

const finished = (step: number, call_id: string) => ({ ...toolFinished.sample, step, call_id });

/** A task that is in its second step: one call of it was finished, at entry 9. */
async function givenParent(): Promise<string> {
  const id = await givenTask(service, {
    goal: 'a page',
    metadata: { mine: 1 },
    budget: { cap_micro_usd: 1_000 },
    agent_mode: 'claude',
  });
  await service.post(`/tasks/${id}/run-async`);
  await service.agent.plans(id, ['one', 'two', 'three']);
  await service.agent.says(id, usageRecorded, { ...usageRecorded.sample, cost_micro_usd: 100 });
  await service.agent.says(id, toolFinished, finished(0, '0.1.1'));
  await service.agent.makesStep(id, 0, 1);
  await service.agent.says(id, usageRecorded, { ...usageRecorded.sample, cost_micro_usd: 200 });
  await service.agent.logs(id, 'a line');
  await service.agent.says(id, toolFinished, finished(1, '1.1.1'));
  await service.agent.says(id, usageRecorded, { ...usageRecorded.sample, cost_micro_usd: 300 });
  return id;
}

describe('POST /tasks/:id/fork', () => {
  test('200: before a step, with what was made and what was left of the budget; the parent stays', async () => {
    const parent = await givenParent();
    const before = (await service.get(`/tasks/${parent}`)).body;
    const { status, body } = await fork(parent, { at_step: 1, agent_mode: 'chatgpt' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      goal: 'a page',
      metadata: { mine: 1, plan_source: 'template' },
      status: 'in_progress',
      agent_mode: 'chatgpt',
      current_step: 1,
      forked_from: { task_id: parent, seq: 6 },
      budget: { cap_micro_usd: 900, spent_micro_usd: 0 },
      seq: 1,
    });
    expect(body.plan.map((step: { status: string }) => step.status)).toEqual(['completed', 'pending', 'pending']);
    const [told] = await findOutboxEvents(service.deps.db, 'task.commands', body.id);
    expect(told).toMatchObject({
      type: 'task.forked',
      data: { parent_id: parent, parent_seq: 6, after: { kind: 'step', step: 0 }, cap_micro_usd: 900 },
    });
    expect((await service.get(`/tasks/${parent}`)).body).toEqual(before);
  });

  test('200: at an entry, after the last call that was finished by then', async () => {
    const parent = await givenParent();
    const { body } = await fork(parent, { at_seq: 10 });
    expect(body).toMatchObject({ forked_from: { seq: 9 }, budget: { cap_micro_usd: 700 }, agent_mode: 'claude' });
    const [told] = await findOutboxEvents(service.deps.db, 'task.commands', body.id);
    expect(told?.data.after).toEqual({ kind: 'call', step: 1, call_id: '1.1.1' });
    const early = (await fork(parent, { at_seq: 1, goal: 'another page', budget: { cap_micro_usd: null } })).body;
    expect(early).toMatchObject({ status: 'queued', plan: [], goal: 'another page', budget: { cap_micro_usd: null } });
  });

  test('200: a fork is a task like any other: it runs, is forked again, and its row is the fold of its timeline', async () => {
    const first = (await fork(await givenParent(), { at_step: 1 })).body.id;
    const { job_id } = (await service.post(`/tasks/${first}/run-async`)).body;
    const commands = await findOutboxEvents(service.deps.db, 'task.commands', first);
    expect(commands.map(({ type }) => type)).toEqual(['task.forked', 'run.requested']);
    await service.agent.makesStep(first, 1, 2);
    const second = (await fork(first, { at_step: 2 })).body;
    expect(second.plan.map((step: { status: string }) => step.status)).toEqual(['completed', 'completed', 'pending']);
    await service.agent.makesStep(first, 2, null);
    await service.agent.completes(first, job_id);
    expect((await service.get(`/tasks/${first}`)).body.status).toBe('completed');
    expect(await checkTasks(service.deps.db)).toEqual([]);
  });

  test('200: twice with one Idempotency-Key is one fork', async () => {
    const parent = await givenParent();
    const made = await Promise.all([1, 2].map(() => fork(parent, { at_step: 0 }, { 'idempotency-key': 'f' })));
    expect(made[0]?.body.id).toBe(made[1]?.body.id);
  });

  test('409: a step that the task has not come to', async () => {
    const { status, body } = await fork(await givenParent(), { at_step: 2 });
    expect([status, body.code]).toEqual([409, 'NO_SUCH_STEP']);
  });

  test.each([{}, { at_step: 0, at_seq: 1 }, { at_step: -1 }, { at_seq: 0 }, { at_step: 0, agent_mode: 'robot' }])(
    '400: %j',
    async (body) => {
      expect((await fork('any', body)).body.code).toBe('INPUT_INVALID');
    },
  );
});
