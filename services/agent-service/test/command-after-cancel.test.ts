// Who cancels a task that waits, and lets it go on at the same moment, gets it cancelled, and may retry it: no command of theirs
// becomes a dead letter, which would keep all later ones.
import type { EventDefinition } from '@builder-ai/contracts/event';
import { callResolved } from '@builder-ai/contracts/events/call-resolved';
import { planApproved } from '@builder-ai/contracts/events/plan-approved';
import { questionAnswered } from '@builder-ai/contracts/events/question-answered';
import { runCancelRequested } from '@builder-ai/contracts/events/run-cancel-requested';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { runRetryRequested } from '@builder-ai/contracts/events/run-retry-requested';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { applyMessage } from '@builder-ai/platform/inbox';
import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventConsumers } from '../src/consumers.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import type { ClaimedRun } from '../src/runs/run.ts';
import { claim, eventTypes, type GivenService, givenReadyRun, givenService, undisturbed } from './given-service.ts';

let service: GivenService;
let task: string;
let number = 0;
let said: number;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** A run that waits for its user, and whose cancellation was asked for. */
beforeEach(async () => {
  const { deps } = service;
  await deps.db.query(`update runs set state = 'ended'`);
  task = `cancelled-${++number}`;
  said = 0;
  await givenReadyRun(deps, task);
  await deps.db.query(`update runs set state = 'idle' where task_id = $1`, [task]);
  await say(runCancelRequested, { requested_by: 'owner' });
  expect(await stateOf()).toBe('ready');
});

async function say<Data>(definition: EventDefinition<Data>, data: Data): Promise<void> {
  said += 1;
  const envelope = { ...toEnvelope('task-service', definition, data, { key: task }), runseq: said };
  const inbox = { name: 'agent-service' as const, bus: undefined as never, logger: silentLogger };
  const { deps } = service;
  const message = { topic: definition.topic, key: task, value: JSON.stringify(envelope) };
  await applyMessage({ ...inbox, db: deps.db, deps, consumers: eventConsumers }, message);
}

const stateOf = async () => {
  const [run] = await service.deps.db.query<{ state: string }>('select state from runs where task_id = $1', [task]);
  return run?.state;
};
const letters = () => service.deps.db.query('select reason from dead_letters where key = $1', [task]);

const end = (run: ClaimedRun) => executeRun(service.deps, run, silentLogger, undisturbed());

describe.each([
  ['a call is resolved', callResolved],
  ['a plan is approved', planApproved],
  ['a question is answered', questionAnswered],
  ['it is run again', runRequested],
] as unknown as [string, EventDefinition<{ job_id: string }>][])('%s', (_what, definition) => {
  test.each(['before anybody has taken it up', 'while it is being ended', 'when it has ended'])(
    '%s: it ends as cancelled, and can be retried',
    async (when) => {
      let run: ClaimedRun | undefined;
      if (when !== 'before anybody has taken it up') run = await claim(service.deps);
      if (run && when === 'when it has ended') await end(run);
      await say(definition, { ...definition.sample, job_id: 'job-2' });
      expect(await letters()).toEqual([]);
      if (when !== 'when it has ended') await end(run ?? (await claim(service.deps)));
      expect([await stateOf(), (await eventTypes(service.deps, task)).at(-1)]).toEqual(['ended', 'run.cancelled']);
      await say(runRetryRequested, { ...runRetryRequested.sample, job_id: 'job-3' });
      expect([await letters(), await stateOf()]).toEqual([[], 'ready']);
    },
  );
});
