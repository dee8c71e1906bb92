// Calls whose outcome nobody knows, and commands that come while a run is about to stop.
import { type CallResolved, callResolved } from '@builder-ai/contracts/events/call-resolved';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { applyMessage } from '@builder-ai/platform/inbox';
import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventConsumers } from '../src/consumers.ts';
import type { Deps } from '../src/deps.ts';
import { record } from '../src/ledger/ledger.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import type { Model, ModelRequest } from '../src/models/model.ts';
import { addCommand } from '../src/runs/command.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { fenceOf } from '../src/runs/run.ts';
import {
  claim,
  eventTypes,
  expireLease,
  type GivenService,
  givenReadyRun,
  givenService,
  undisturbed,
} from './given-service.ts';

const CALL = '0.1.1';
const FREE = { input_tokens: 0, output_tokens: 0, cost_micro_usd: 0 };

let service: GivenService;
let number = 0;

beforeAll(async () => {
  service = await givenService();
});

beforeEach(async () => {
  await service.deps.db.query(`update runs set state = 'ended'`);
});

afterAll(() => service.close());

/** Answers that finish the step; keeps what it was told of calls. */
function finishingModel(onAsked: () => Promise<void> = async () => {}) {
  const told: string[] = [];
  const model: Model = {
    agent: 'claude',
    name: 'finishing',
    reserve: () => 0,
    async answer({ messages }: ModelRequest) {
      await onAsked();
      for (const { content } of messages)
        for (const block of content) if (block.type === 'tool_result') told.push(`${block.is_error} ${block.content}`);
      return { content: [{ type: 'tool_use', id: 'f', name: 'finish_step', input: { result: 'Done.' } }], usage: FREE };
    },
  };
  return { told, deps: { ...service.deps, models: { ...service.deps.models, claude: model } } };
}

/** A run of one step that was interrupted in a call, and found that nobody knows what became of it. */
async function givenUncertainRun(deps: Deps): Promise<string> {
  const task = `uncertain-${++number}`;
  await givenReadyRun(deps, task);
  const run = await claim(deps);
  const content = [{ type: 'tool_use' as const, id: 'x', name: 'write_file', input: { path: 'a.txt', content: 'a' } }];
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries: [
      { kind: 'plan.made', agent: 'claude', source: 'claude', steps: ['one'] },
      { kind: 'step.begun', step: 0, attempt: 1, before: null },
      { kind: 'model.answered', step: 0, call_id: '0.1', agent: 'claude', content, usage: FREE },
      { kind: 'tool.intended', step: 0, call_id: CALL, attempt: 1, tool: 'write_file' },
      { kind: 'tool.uncertain', step: 0, call_id: CALL, tool: 'write_file', reason: 'x' },
    ],
  });
  await expireLease(deps, task);
  await executeRun(deps, await claim(deps), silentLogger, undisturbed());
  return task;
}

async function resolve(deps: Deps, task: string, decision: Partial<CallResolved>): Promise<void> {
  const data: CallResolved = {
    job_id: 'job-2',
    until: 'end',
    call_id: CALL,
    decision: 'redo',
    result: null,
    ...decision,
  };
  const envelope = { ...toEnvelope('task-service', callResolved, data, { key: task }), runseq: 1 };
  const message: BusMessage = { topic: 'task.commands', key: task, value: JSON.stringify(envelope) };
  const inbox = { name: 'agent-service' as const, bus: undefined as never, db: deps.db, deps, logger: silentLogger };
  await applyMessage({ ...inbox, consumers: eventConsumers }, message);
}

const stateOf = async (task: string) => {
  const [run] = await service.deps.db.query<{ state: string; seen: number; last: number }>(
    'select state, seen_command_no as seen, command_no as last from runs where task_id = $1',
    [task],
  );
  return run;
};

describe('a call whose outcome nobody knows', () => {
  test('makes the run wait, also when it is run again without a decision', async () => {
    const { deps } = finishingModel();
    const task = await givenUncertainRun(deps);
    expect((await stateOf(task))?.state).toBe('idle');
    expect((await eventTypes(deps, task)).at(-1)).toBe('run.waiting');
    await givenReadyRun(deps, task);
    await executeRun(deps, await claim(deps), silentLogger, undisturbed());
    expect((await eventTypes(deps, task)).filter((type) => type === 'run.waiting')).toHaveLength(2);
  });

  test.each([
    ['done', 'it is there', 'false The call was interrupted; the user says that it was done.\nit is there', 0],
    ['fail', null, 'true The call was interrupted; the user says that it failed.', 0],
    ['redo', null, 'false Successfully created a.txt (1 bytes)', 1],
  ] as const)('is settled by the user: %s', async (decision, result, told, made) => {
    const model = finishingModel();
    const task = await givenUncertainRun(model.deps);
    await resolve(model.deps, task, { decision, result });
    const run = await claim(model.deps);
    expect(run).toMatchObject({ task_id: task, job_id: 'job-2' });
    await executeRun(model.deps, run, silentLogger, undisturbed());
    expect(model.told).toEqual([told]);
    const again = (await readLedger(service.deps.db, task)).filter(
      (entry) => entry.kind === 'tool.intended' && entry.call_id === CALL && entry.attempt > 1,
    );
    expect(again).toHaveLength(made);
    expect((await eventTypes(service.deps, task)).at(-1)).toBe('run.completed');
  });
});

/** Of a call that is not there: nothing follows from it. */
const RESOLVED = {
  kind: 'call.resolved' as const,
  data: { job_id: 'j', until: 'end' as const, call_id: '9.9.9', decision: 'done' as const, result: null },
};

test('a command that comes while a run is about to stop is taken in before it stops', async () => {
  const task = `late-command-${++number}`;
  // As the last answer is under way: the run has looked for commands by then.
  const { deps } = finishingModel(() => service.deps.db.transaction((tx) => addCommand(tx, task, RESOLVED)));
  await givenReadyRun(deps, task);
  await record(deps.db, deps.outbox, fenceOf(await claim(deps)), {
    entries: [{ kind: 'plan.made', agent: 'claude', source: 'claude', steps: ['one'] }],
  });
  await expireLease(deps, task);
  await executeRun(deps, await claim(deps), silentLogger, undisturbed());
  expect(await stateOf(task)).toEqual({ state: 'ended', seen: 2, last: 2 });
});

test('a run that goes on when it was about to wait does not say again that it has started', async () => {
  const task = `late-command-${++number}`;
  let asked = 0;
  const model: Model = {
    agent: 'claude',
    name: 'test',
    reserve: () => 0,
    async answer({ purpose }) {
      if (purpose === 'plan') return { content: [{ type: 'text', text: '1. one' }], usage: FREE };
      if (++asked === 1) await service.deps.db.transaction((tx) => addCommand(tx, task, RESOLVED));
      return { content: [{ type: 'tool_use', id: 'x', name: 'ask_user', input: { question: 'Why?' } }], usage: FREE };
    },
  };
  const deps: Deps = { ...service.deps, defaultMode: 'claude', models: { ...service.deps.models, claude: model } };
  await givenReadyRun(deps, task);
  await executeRun(deps, await claim(deps), silentLogger, undisturbed());
  expect(await stateOf(task)).toEqual({ state: 'idle', seen: 2, last: 2 });
  expect((await eventTypes(deps, task)).filter((type) => type === 'run.started')).toHaveLength(1);
});
