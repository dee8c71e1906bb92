// One test per event of agent.events: what the task's row, its timeline and task.events say afterwards.
import { readFileSync } from 'node:fs';
import { budgetApplied } from '@builder-ai/contracts/events/budget-applied';
import { fileChanged } from '@builder-ai/contracts/events/file-changed';
import { logAdded } from '@builder-ai/contracts/events/log-added';
import { messageAdded } from '@builder-ai/contracts/events/message-added';
import { planCreated } from '@builder-ai/contracts/events/plan-created';
import { planUpdated } from '@builder-ai/contracts/events/plan-updated';
import { reviewGiven } from '@builder-ai/contracts/events/review-given';
import { runCancelled } from '@builder-ai/contracts/events/run-cancelled';
import { runCompleted } from '@builder-ai/contracts/events/run-completed';
import { runFailed } from '@builder-ai/contracts/events/run-failed';
import { runResumed } from '@builder-ai/contracts/events/run-resumed';
import { runRetried } from '@builder-ai/contracts/events/run-retried';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import { stepCompleted } from '@builder-ai/contracts/events/step-completed';
import { stepFailed } from '@builder-ai/contracts/events/step-failed';
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import { toolCalled } from '@builder-ai/contracts/events/tool-called';
import { toolFinished } from '@builder-ai/contracts/events/tool-finished';
import { usageRecorded } from '@builder-ai/contracts/events/usage-recorded';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventConsumers } from '../src/consumers.ts';
import { findOutboxEvents, type GivenService, givenRunningTask, givenService } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const getTask = async (id: string) => (await service.get(`/tasks/${id}`)).body;

/** The newest entry of the timeline, once it is sure that task.events and the row's `seq` tell the same of it. */
async function newestEntry(id: string) {
  const [entry] = await service.deps.db.query<Record<string, unknown>>(
    `select event_id as id, seq, event_type as type, step, data from timeline where task_id = $1
     order by seq desc limit 1`,
    [id],
  );
  const event = (await findOutboxEvents(service.deps.db, 'task.events', id)).at(-1);
  expect({ ...event, type: event?.type.replaceAll('.', '_') }).toMatchObject({
    id: entry?.id,
    seq: entry?.seq,
    no: entry?.seq,
    type: entry?.type,
    data: entry?.data,
    ownerid: 'owner-1',
  });
  expect((await getTask(id)).seq).toBe(entry?.seq);
  return entry;
}

const running = async () => (await givenRunningTask(service, ['Write', 'Check'])).id;
const says: GivenService['agent']['says'] = (...said) => service.agent.says(...said);

describe('what agent-service says of a run', () => {
  test('run.started: in progress, without the error of an earlier try', async () => {
    const { id, jobId } = await givenRunningTask(service);
    await says(id, runWaiting, { ...runWaiting.sample, job_id: jobId });
    await says(id, runStarted, { job_id: jobId, agent: 'template' });
    expect(await getTask(id)).toMatchObject({ status: 'in_progress', waiting_for: null, error: null });
    expect(await newestEntry(id)).toMatchObject({ type: 'run_started', data: { job_id: jobId, agent: 'template' } });
  });

  test('run.resumed: the timeline says that another worker took over', async () => {
    const id = await running();
    await says(id, runResumed, { job_id: 'j', epoch: 3 });
    expect(await newestEntry(id)).toMatchObject({ type: 'run_resumed', data: { job_id: 'j', epoch: 3 } });
  });

  test('run.waiting: waiting, with what for and why', async () => {
    const id = await running();
    await says(id, runWaiting, { job_id: 'j', waiting_for: 'input', reason: 'AI service unavailable' });
    expect(await getTask(id)).toMatchObject({
      status: 'waiting',
      waiting_for: 'input',
      error: 'AI service unavailable',
    });
    expect(await newestEntry(id)).toMatchObject({ type: 'task_waiting', data: { waiting_for: 'input' } });
  });

  test('run.completed: completed, nothing is next', async () => {
    const id = await running();
    await says(id, runCompleted, { job_id: 'j' });
    expect(await getTask(id)).toMatchObject({ status: 'completed', current_step: null, error: null });
    expect(await newestEntry(id)).toMatchObject({ type: 'task_completed', data: { job_id: 'j' } });
  });

  test('run.failed: failed with its error; the plan and the step are kept', async () => {
    const id = await running();
    await says(id, runFailed, { job_id: 'j', error: 'Step 1 failed: no' });
    expect(await getTask(id)).toMatchObject({ status: 'failed', error: 'Step 1 failed: no', current_step: 0 });
    expect((await getTask(id)).plan).toHaveLength(2);
    expect(await newestEntry(id)).toMatchObject({ type: 'task_failed', data: { error: 'Step 1 failed: no' } });
  });
});

describe('what agent-service says of the plan and its steps', () => {
  test('plan.created: the steps, all pending, and where the plan came from', async () => {
    const id = await running();
    await says(id, planCreated, { ...planCreated.sample, source: 'static' });
    const task = await getTask(id);
    expect(task).toMatchObject({ current_step: 0, metadata: { plan_source: 'static' } });
    expect(
      task.plan.map(({ index, description, status }: Record<string, unknown>) => [index, description, status]),
    ).toEqual([[0, 'Write the page', 'pending']]);
    expect(await newestEntry(id)).toMatchObject({ type: 'plan_created', data: { source: 'static' } });
  });

  test('step.started: the step is in progress; the entry has the original product’s words', async () => {
    const id = await running();
    await says(id, stepStarted, { step: 1, description: 'Check', agent: 'template', attempt: 2 });
    const { current_step, plan } = await getTask(id);
    expect([current_step, plan[0].status]).toEqual([1, 'pending']);
    const times = { started_at: expect.stringMatching(/Z$/), finished_at: null };
    expect(plan[1]).toMatchObject({ status: 'in_progress', agent: 'template', attempts: 2, ...times });
    const data = { step: 'Check', index: 1, agent: 'template', attempt: 2 };
    expect(await newestEntry(id)).toMatchObject({ type: 'step_started', step: 1, data });
  });

  test('step.completed: the step has its result, commit and cost, and the next one is current', async () => {
    const id = await running();
    const said = { step: 0, result: 'Successfully created a.txt', commit: 'c0ffee', cost_micro_usd: 12, next_step: 1 };
    await says(id, stepCompleted, said);
    const { current_step, plan } = await getTask(id);
    const { step: _index, next_step: _next, ...kept } = said;
    expect(current_step).toBe(1);
    expect(plan[0]).toMatchObject({ status: 'completed', finished_at: expect.stringMatching(/Z$/), ...kept });
    const data = { ...said, step: 'Write', index: 0 };
    expect(await newestEntry(id)).toMatchObject({ type: 'step_completed', step: 0, data });
  });

  test('step.failed: the step has the error', async () => {
    const id = await running();
    await says(id, stepFailed, { step: 0, error: 'The check failed' });
    expect((await getTask(id)).plan[0]).toMatchObject({ status: 'failed', result: 'The check failed' });
    const data = { step: 'Write', index: 0, error: 'The check failed' };
    expect(await newestEntry(id)).toMatchObject({ type: 'step_failed', step: 0, data });
  });
});

describe('what agent-service says of what its user wanted', () => {
  test('run.cancelled: cancelled, and its job too', async () => {
    const { id, jobId } = await givenRunningTask(service);
    await says(id, runCancelled, { job_id: jobId });
    expect(await getTask(id)).toMatchObject({ status: 'cancelled', waiting_for: null });
    expect((await service.get(`/tasks/${id}/job-status/${jobId}`)).body.status).toBe('cancelled');
    expect(await newestEntry(id)).toMatchObject({ type: 'task_cancelled' });
  });

  test('run.retried: the step and all after it are to be done again', async () => {
    const id = await running();
    await service.agent.makesStep(id, 0, 1);
    await says(id, runFailed, { job_id: 'j', error: 'x' });
    await says(id, runRetried, { job_id: 'j', step: 0 });
    const { status, error, current_step, plan } = await getTask(id);
    expect([status, error, current_step]).toEqual(['in_progress', null, 0]);
    expect(plan[0]).toMatchObject({ status: 'pending', commit: null });
    expect(await newestEntry(id)).toMatchObject({ type: 'task_retried', step: 0 });
  });

  test('plan.updated: the steps before it stay', async () => {
    const id = await running();
    await service.agent.makesStep(id, 0, 1);
    await says(id, planUpdated, { agent: 'claude', from: 1, steps: [{ description: 'x' }, { description: 'y' }] });
    const { plan, current_step } = await getTask(id);
    expect(plan.map((step: { status: string }) => step.status)).toEqual(['completed', 'pending', 'pending']);
    expect(current_step).toBe(1);
    expect(await newestEntry(id)).toMatchObject({ type: 'plan_updated', data: { from: 1 } });
  });

  test('review.given: the step shows what its reviewer last said', async () => {
    const id = await running();
    const { step: _step, ...review } = reviewGiven.sample;
    await says(id, reviewGiven, { step: 0, ...review });
    expect((await getTask(id)).plan[0].review).toEqual(review);
    expect(await newestEntry(id)).toMatchObject({ type: 'review_given', step: 0 });
  });

  test('budget.applied: the cap is shown', async () => {
    const id = await running();
    await says(id, budgetApplied, { cap_micro_usd: 77 });
    expect((await getTask(id)).budget.cap_micro_usd).toBe(77);
    expect(await newestEntry(id)).toMatchObject({ type: 'budget_changed', data: { cap_micro_usd: 77 } });
  });
});

describe('what agent-service says of the work', () => {
  test('log.added: the entry is the log line, with its number and time', async () => {
    const id = await running();
    const line = { level: 'warning' as const, agent: 'template', step: 1, message: 'a line' };
    await says(id, logAdded, line);
    const entry = await newestEntry(id);
    expect(entry).toMatchObject({ type: 'log_added', step: 1, data: { ...line, seq: entry?.seq } });
    const { logs, plan } = await getTask(id);
    expect(logs).toEqual([entry?.data]);
    expect([plan[0].logs, plan[1].logs]).toEqual([[], [entry?.data]]);
  });

  test('message.added: the conversation and its transcript', async () => {
    const id = await running();
    await says(id, messageAdded, { role: 'assistant', agent: 'planner', content: 'The plan' });
    await says(id, messageAdded, { role: 'user', agent: null, content: 'Good' });
    const task = await getTask(id);
    expect(task.messages).toEqual([
      { role: 'assistant', agent: 'planner', content: 'The plan', timestamp: expect.stringMatching(/Z$/) },
      { role: 'user', agent: null, content: 'Good', timestamp: expect.stringMatching(/Z$/) },
    ]);
    expect(task.collaboration_log).toBe('[planner] The plan\n[user] Good');
    expect(await newestEntry(id)).toMatchObject({ type: 'message_added', data: { content: 'Good' } });
  });

  test.each([
    ['tool.called', toolCalled],
    ['tool.finished', toolFinished],
    ['file.changed', fileChanged],
  ])('%s: the timeline tells it, the row stays', async (type, definition) => {
    const id = await running();
    const before = await getTask(id);
    await says(id, definition as typeof fileChanged, definition.sample as typeof fileChanged.sample);
    const entry = { type: type.replace('.', '_'), step: 0, data: definition.sample };
    expect(await newestEntry(id)).toMatchObject(entry);
    expect(await getTask(id)).toEqual({ ...before, seq: before.seq + 1, updated_at: expect.any(String) });
  });

  test('usage.recorded: what was spent adds up', async () => {
    const id = await running();
    const call = { ...usageRecorded.sample, step: null };
    await says(id, usageRecorded, { ...call, cost_micro_usd: 1_000 });
    await says(id, usageRecorded, { ...call, cost_micro_usd: 234 });
    expect((await getTask(id)).budget.spent_micro_usd).toBe(1_234);
    expect(await newestEntry(id)).toMatchObject({ type: 'usage_recorded', step: null, data: { cost_micro_usd: 234 } });
  });
});

test('every consumed event has a test above', () => {
  const text = readFileSync(new URL(import.meta.url), 'utf8');
  const others = ['./task-requests.test.ts', './deleted-owners.test.ts']
    .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
    .join();
  const untested = eventConsumers.filter(
    ({ type }) => !text.includes(`test('${type}:`) && !text.includes(`['${type}', `) && !others.includes(type),
  );
  expect(untested.map(({ type }) => type)).toEqual([]);
});
