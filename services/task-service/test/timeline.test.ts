// Many writers at once: `seq` has no gap, nothing is lost or applied twice, and the row is the fold of the timeline.

import { logAdded } from '@builder-ai/contracts/events/log-added';
import { runFailed } from '@builder-ai/contracts/events/run-failed';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import { stepFailed } from '@builder-ai/contracts/events/step-failed';
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import { taskCreated } from '@builder-ai/contracts/events/task-created';
import { usageRecorded } from '@builder-ai/contracts/events/usage-recorded';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { foldTimeline, type ProjectedEntry } from '../src/tasks/task-projection.ts';
import { lockTask } from '../src/tasks/task-row.ts';
import { appendToTimeline } from '../src/tasks/timeline.ts';
import { findOutboxEvents, type GivenService, givenRunningTask, givenService, givenTask } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const oneTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

const readTimeline = (id: string) =>
  service.deps.db.query<Omit<ProjectedEntry, 'timestamp'> & { timestamp: Date; seq: number; event_id: string }>(
    'select seq, event_id, event_type, timestamp, data from timeline where task_id = $1 order by seq',
    [id],
  );

/** The timeline is 1..n, the row is at n, and task.events tells the same entries in the same order. */
async function expectWhole(id: string, entries: number): Promise<void> {
  const timeline = await readTimeline(id);
  expect(timeline.map(({ seq }) => seq)).toEqual(oneTo(entries));
  expect((await service.get(`/tasks/${id}`)).body.seq).toBe(entries);
  const events = await findOutboxEvents(service.deps.db, 'task.events', id);
  expect(events.map(({ no, seq, id: eventId }) => [no, seq, eventId])).toEqual(
    timeline.map(({ seq, event_id }) => [seq, seq, event_id]),
  );
}

async function expectFold(id: string): Promise<void> {
  const { status, waiting_for, plan, current_step, error, budget, metadata } = (await service.get(`/tasks/${id}`)).body;
  const entries = await readTimeline(id);
  const folded = foldTimeline(entries.map((entry) => ({ ...entry, timestamp: entry.timestamp.toISOString() })));
  expect({
    status,
    waiting_for,
    waiting_call: null,
    plan: plan.map(({ logs: _logs, ...step }: Record<string, unknown>) => step),
    current_step,
    error,
    metadata,
    spent_micro_usd: budget.spent_micro_usd,
  }).toEqual(folded);
}

/** The same order each time: a failure can be looked at again. */
function shuffled<T>(items: readonly T[]): T[] {
  let state = 7;
  const next = (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % limit;
  };
  const left = [...items];
  return items.map(() => left.splice(next(left.length), 1)[0] as T);
}

/** What a request that changes a task does: read under the lock, write, tell of it; all in one transaction. */
function countUp(replica: Pick<GivenService, 'deps'>, id: string): Promise<void> {
  const { db, outbox } = replica.deps;
  return db.transaction(async (tx) => {
    const task = await lockTask(tx, id);
    if (!task) throw new Error('The task is gone.');
    const metadata = { count: Number(task.metadata.count ?? 0) + 1 };
    await tx.query('update tasks set metadata = $2 where id = $1', [id, JSON.stringify(metadata)]);
    await appendToTimeline(tx, outbox, task, taskCreated, taskCreated.sample);
  });
}

test('200 writers of one task, in two replicas: 200 entries, and no update is lost', async () => {
  const other = await service.replica();
  const id = await givenTask(service);
  await Promise.all(oneTo(200).map((n) => countUp(n % 2 ? service : other, id)));
  await expectWhole(id, 201);
  expect((await service.get(`/tasks/${id}`)).body.metadata.count).toBe(200);
});

test('200 log lines of five tasks, each delivered twice and in any order, with writers in between', async () => {
  const other = await service.replica();
  const ids = await Promise.all(oneTo(5).map(() => givenTask(service)));
  const messages = ids.flatMap((id) =>
    oneTo(40).map((n) =>
      service.agent.message(id, logAdded, { level: 'info', agent: null, step: null, message: `line ${n}` }),
    ),
  );
  await Promise.all([
    ...shuffled(messages).map((message) => service.agent.deliver(message)),
    ...shuffled(messages).map((message) => other.agent.deliver(message)),
    ...ids.flatMap((id) => oneTo(10).map(() => countUp(service, id))),
  ]);
  for (const id of ids) {
    await expectWhole(id, 1 + 40 + 10);
    const { logs, metadata } = (await service.get(`/tasks/${id}`)).body;
    expect(logs.map((line: { message: string }) => line.message)).toEqual(oneTo(40).map((n) => `line ${n}`));
    expect(metadata.count).toBe(10);
  }
});

test('the row is the fold of the timeline, whatever happened in which order', async () => {
  const { id, jobId: job_id } = await givenRunningTask(service, ['one', 'two', 'three']);
  const { agent } = service;
  await agent.makesStep(id, 0, 1);
  await expectFold(id);
  await agent.says(id, stepStarted, { step: 1, description: 'two', agent: 'template', attempt: 1 });
  await agent.says(id, usageRecorded, { ...usageRecorded.sample, cost_micro_usd: 99 });
  await agent.logs(id, 'a line', 1);
  await agent.says(id, stepFailed, { step: 1, error: 'no' });
  await expectFold(id);
  await agent.says(id, runWaiting, { job_id, waiting_for: 'budget', reason: 'The cap is reached' });
  await expectFold(id);
  await agent.says(id, runStarted, { job_id, agent: 'template' });
  await agent.says(id, stepStarted, { step: 1, description: 'two', agent: 'template', attempt: 2 });
  await expectFold(id);
  await agent.makesStep(id, 1, 2);
  await agent.makesStep(id, 2, null);
  await agent.completes(id, job_id);
  await expectFold(id);
  const failed = await givenRunningTask(service, ['one']);
  await agent.says(failed.id, runFailed, { job_id: failed.jobId, error: 'Step 1 failed: no' });
  await expectFold(failed.id);
});

test('a transaction that fails leaves no entry, no number and no event', async () => {
  const id = await givenTask(service);
  const failing = service.deps.db.transaction(async (tx) => {
    const task = await lockTask(tx, id);
    if (task) await appendToTimeline(tx, service.deps.outbox, task, taskCreated, taskCreated.sample);
    expect(await tx.query('select 1 from timeline where task_id = $1', [id])).toHaveLength(2);
    throw new Error('after all');
  });
  await expect(failing).rejects.toThrow('after all');
  await expectWhole(id, 1);
});
