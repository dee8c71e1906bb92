// A run that its user steers, driven by workers and consumers one of which is killed at one exact place.
import type { EventDefinition } from '@builder-ai/contracts/event';
import { type RunRequested, runRequested } from '@builder-ai/contracts/events/run-requested';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { applyMessage } from '@builder-ai/platform/inbox';
import { silentLogger } from '@builder-ai/platform/logger';
import { dyingDatabase, Killed, type KillPoint } from '@builder-ai/testing/dying-database';
import { eventConsumers } from '../src/consumers.ts';
import type { Deps } from '../src/deps.ts';
import type { Model, ModelAnswer, ModelRequest } from '../src/models/model.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { claim, expireLease, OWNER, undisturbed } from './given-service.ts';

export type Said = { definition: EventDefinition<never>; data: unknown };

export type SteeredScenario = {
  request?: Partial<RunRequested>;
  /** What is told of the task before it is run. */
  before?: Said[];
  /**
   * Follows from the request alone, as a provider's answer does, and from whether the user has said anything yet.
   * @throws ProviderFault
   */
  answer(request: ModelRequest, results: number, said: boolean): ModelAnswer['content'];
  /** What the user says each time that the run stands still; the end is when nothing is left to say. */
  says: Said[];
  /** Said once, while that is asked for. */
  meanwhile?: Said & { at: string };
  /** It is to stop, and where it does depends on who was killed. */
  stopsAnywhere?: true;
};

export const COST = 7;
export const RESERVED = 50;
const MOST_TURNS = 30;

export const said = <Data>(definition: EventDefinition<Data>, data: Data): Said => ({
  definition: definition as unknown as EventDefinition<never>,
  data,
});

/** @returns what the models were asked, in order, whether the place was come to, and how many commits there were until then */
export async function steerWithKill(given: Deps, task: string, scenario: SteeredScenario, point: KillPoint) {
  const asked: string[] = [];
  const left = [...scenario.says];
  let { meanwhile } = scenario;
  let number = 0;
  let killed = false;

  const model = (agent: string): Model => ({
    agent,
    name: `model of ${agent}`,
    reserve: () => RESERVED,
    async answer(request) {
      const results = countResults(request);
      const label = `${request.purpose} ${request.subject.step?.index ?? ''}.${results}`;
      asked.push(label);
      if (meanwhile?.at === label) {
        const message = toMessage(meanwhile);
        meanwhile = undefined;
        await apply(given, message);
      }
      const usage = { input_tokens: 1, output_tokens: 1, cost_micro_usd: COST };
      return { content: scenario.answer(request, results, left.length < scenario.says.length), usage };
    },
  });
  const deps: Deps = { ...given, models: { ...given.models, claude: model('claude'), chatgpt: model('chatgpt') } };
  const dyingDb = dyingDatabase(deps.db, point);
  let commits = 0;
  const transaction: typeof dyingDb.transaction = (work) => {
    commits += 1;
    return dyingDb.transaction(work);
  };
  const dying: Deps = { ...deps, db: { ...dyingDb, transaction } };

  function toMessage({ definition, data }: Said): BusMessage {
    number += 1;
    const envelope = { ...toEnvelope('task-service', definition, data as never, { key: task }), runseq: number };
    return { topic: 'task.commands', key: task, value: JSON.stringify(envelope) };
  }

  /** @returns false when it was killed on the way */
  async function live(work: (deps: Deps) => Promise<void>): Promise<boolean> {
    try {
      await work(killed ? deps : dying);
      return true;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      killed = true;
      return false;
    }
  }

  /** Whoever dies on the way has acknowledged nothing: it is delivered again. */
  async function deliver(message: BusMessage): Promise<void> {
    if (!(await live((deps) => apply(deps, message)))) await apply(deps, message);
  }

  for (const known of scenario.before ?? []) await deliver(toMessage(known));
  const request = { ...runRequested.sample, owner_id: OWNER, agent_mode: 'claude' as const, cap_micro_usd: 1_000_000 };
  await deliver(toMessage(said(runRequested, { ...request, ...scenario.request })));
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const [run] = await deps.db.query<{ state: string }>('select state from runs where task_id = $1', [task]);
    if (run?.state === 'running') await expireLease(deps, task);
    if (run?.state === 'running' || run?.state === 'ready') {
      const claimed = await claim(deps, `worker-${turn}`);
      await live((deps) => executeRun(deps, claimed, silentLogger, undisturbed()));
      continue;
    }
    const next = left.shift();
    if (!next) return { asked, killed, commits };
    await deliver(toMessage(next));
  }
  throw new Error(`The run does not come to its end: ${asked.join(' ')}`);
}

function apply(deps: Deps, message: BusMessage): Promise<void> {
  const inbox = { name: 'agent-service' as const, bus: undefined as never, db: deps.db, deps, logger: silentLogger };
  return applyMessage({ ...inbox, consumers: eventConsumers }, message);
}

function countResults({ messages }: ModelRequest): number {
  return messages.flatMap((message): { type: string }[] => message.content).filter(({ type }) => type === 'tool_result')
    .length;
}
