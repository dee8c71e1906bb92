// A consumer of a run's events is killed between each two commits: the timeline has each of them once and in order.
import { logAdded } from '@builder-ai/contracts/events/log-added';
import { planCreated } from '@builder-ai/contracts/events/plan-created';
import { runCompleted } from '@builder-ai/contracts/events/run-completed';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import { stepCompleted } from '@builder-ai/contracts/events/step-completed';
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import { usageRecorded } from '@builder-ai/contracts/events/usage-recorded';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { silentLogger } from '@builder-ai/platform/logger';
import { deliverWithKill } from '@builder-ai/testing/deliver-with-kill';
import type { KillPoint } from '@builder-ai/testing/dying-database';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventConsumers } from '../src/consumers.ts';
import { checkTasks } from '../src/doctor/check-tasks.ts';
import { findOutboxEvents, type GivenService, givenService, givenTask } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** What agent-service says of a run that waits once, and ends. */
function messagesOf(id: string, job_id: string): BusMessage[] {
  const { message } = service.agent;
  const step = { step: 0, description: 'one', agent: 'template', attempt: 1 };
  return [
    message(id, runStarted, { job_id, agent: 'template' }),
    message(id, planCreated, { agent: 'template', source: 'template', steps: [{ description: 'one' }] }),
    message(id, stepStarted, step),
    message(id, logAdded, { level: 'info', agent: null, step: 0, message: 'a line' }),
    message(id, usageRecorded, { ...usageRecorded.sample, cost_micro_usd: 7 }),
    message(id, runWaiting, { job_id, waiting_for: 'budget', reason: 'The cap is reached' }),
    message(id, runStarted, { job_id, agent: 'template' }),
    message(id, stepCompleted, { ...stepCompleted.sample, step: 0, next_step: null }),
    message(id, runCompleted, { job_id }),
  ];
}

async function liveAndDie(burst: number, point: KillPoint) {
  const { db } = service.deps;
  const id = await givenTask(service);
  const { job_id } = (await service.post(`/tasks/${id}/run-async`)).body;
  const bus = undefined as never;
  const options = { name: 'task-service' as const, bus, db, deps: service.deps, logger: silentLogger };
  const inbox = { ...options, consumers: eventConsumers };
  const killed = await deliverWithKill(inbox, messagesOf(id, job_id), burst, point);
  const { body: task } = await service.get(`/tasks/${id}`);
  const told = await findOutboxEvents(db, 'task.events', id);
  const { status, seq, budget, plan } = task;
  const state = {
    status,
    seq,
    spent: budget.spent_micro_usd,
    steps: plan.map((step: { status: string }) => step.status),
  };
  return { killed, found: { ...state, told: told.map(({ no, seq, type }) => [no, seq, type]) } };
}

test.each([1, 4])(
  'killed between each two commits, with %d messages at a time',
  async (burst) => {
    const { found: expected } = await liveAndDie(burst, { commits: Number.POSITIVE_INFINITY, when: 'before' });
    expect(expected).toMatchObject({ status: 'completed', spent: 7, steps: ['completed'] });
    expect(expected.told.map(([no]) => no)).toEqual(expected.told.map((_, index) => index + 1));
    let points = 0;
    for (const when of ['before', 'after'] as const) {
      for (let commits = 0; ; commits += 1) {
        const { killed, found } = await liveAndDie(burst, { commits, when });
        expect(found).toEqual(expected);
        if (!killed) break;
        points += 1;
      }
    }
    expect(points).toBe(2 * Math.ceil(9 / burst));
    expect(await checkTasks(service.deps.db)).toEqual([]);
    expect(await service.deps.db.query('select 1 from dead_letters')).toEqual([]);
  },
  180_000,
);
