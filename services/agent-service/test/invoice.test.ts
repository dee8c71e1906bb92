// The invoice property: whatever is killed, and however many runs share the database, no provider is ever owed more than
// a task's cap, nor for all tasks of a project more than the project's. The provider keeps its own invoice, by what it
// received and answered, and knows nothing of our ledger.
import { openDatabase } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { dyingDatabase } from '@builder-ai/testing/dying-database';
import { newRandom } from '@builder-ai/testing/random';
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { countTokens, toMessage } from '@builder-ai/testing/scripted-provider/anthropic-messages';
import type { Script, ScriptAnswer } from '@builder-ai/testing/scripted-provider/script';
import { expect, test } from '@jest/globals';
import type { Deps } from '../src/deps.ts';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { costOf } from '../src/models/prices.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { claimRun } from '../src/runs/run-store.ts';
import { expireLease, givenReadyRun, givenService, undisturbed } from './given-service.ts';

/** `INVOICE_SCHEDULES=1000` is the long form: batches of 100, each with the seed after the one before. */
const SCHEDULES = Number(process.env.INVOICE_SCHEDULES ?? 40);
const SEED = Number(process.env.INVOICE_SEED ?? 7);
const BATCH = 100;
const BATCHES = Array.from({ length: Math.ceil(SCHEDULES / BATCH) }, (_, index) => ({
  seed: SEED + index,
  schedules: Math.min(BATCH, SCHEDULES - index * BATCH),
}));
const PARALLEL = 50;
const CONNECTIONS = 8;
const PROJECTS = 5;
const MODEL = 'claude-sonnet-5-5';

/**
 * Answers of very different lengths, the same for the same request. One of three calls writes: to keep a workspace takes
 * four processes, and where the money goes the others tell as well.
 */
const script: Script = ({ purpose, goal, step, results }) => {
  if (purpose === 'plan') return { text: '1. One\n2. Two' };
  const { next: random } = newRandom(Number(goal.split(' ')[1]) * 1_000 + (step ?? 0) * 10 + results);
  if (results < 3) {
    const content = 'x'.repeat(Math.floor(random() ** 3 * 60_000));
    if (results > 0) return { text: content, toolUses: [{ name: 'list_files', input: {} }] };
    return { toolUses: [{ name: 'write_file', input: { path: `${step}/${results}.txt`, content } }] };
  }
  return { toolUses: [{ name: 'finish_step', input: { result: 'Done.' } }] };
};

test.each(BATCHES)(
  'with $schedules runs killed at random places (seed $seed), no invoice is higher than its cap, nor than what was counted',
  async ({ seed, schedules }) => {
    const service = await givenService();
    const owed = new Map<string, number>();
    const provider = await startScriptedProvider({
      script(request, body): ScriptAnswer {
        const answer = script(request, body);
        const bytes = Buffer.byteLength(JSON.stringify(body));
        const { usage } = toMessage({ id: 'x'.repeat(24), model: MODEL, inputTokens: countTokens(bytes), answer });
        const cost = costOf(MODEL, { input: usage.input_tokens, output: usage.output_tokens });
        owed.set(request.goal, (owed.get(request.goal) ?? 0) + cost);
        return answer;
      },
    });
    const db = openDatabase({
      url: service.database.url,
      name: 'invoice-test',
      logger: silentLogger,
      max: CONNECTIONS,
    });
    const claude = newAnthropicModel({ apiKey: 'a-key', baseUrl: provider.url, model: MODEL });
    const deps: Deps = { ...service.deps, db, models: { ...service.deps.models, claude } };
    const { next: random } = newRandom(seed);
    try {
      // Of five projects two have a cap, which does not hold all that their tasks may cost.
      for (const project of [0, 1]) {
        const cap = Math.ceil(schedules / PROJECTS) * (100_000 + Math.floor(random() * 200_000));
        await db.query('insert into budgets (owner_id, cap_micro_usd) values ($1, $2)', [`project-${project}`, cap]);
      }
      for (let n = 0; n < schedules; n += 1) {
        const change = {
          owner_id: `project-${n % PROJECTS}`,
          goal: `schedule ${n}`,
          cap_micro_usd: 100_000 + Math.floor(random() * 900_000),
        };
        await givenReadyRun(deps, `invoice-${n}`, { ...change, agent_mode: 'claude' });
      }
      await Promise.all(
        Array.from({ length: PARALLEL }, (_, index) => work(deps, service.deps, `worker-${index}`, random)),
      );
      const runs = await service.deps.db.query<{
        goal: string;
        owner_id: string;
        state: string;
        cap: number;
        spent: number;
        reserved: number;
      }>(
        `select goal, owner_id, state, cap_micro_usd as cap, spent_micro_usd as spent, reserved_micro_usd as reserved from runs`,
      );
      expect(runs).toHaveLength(schedules);
      const broken = runs.filter(
        ({ goal, cap, spent, reserved, state }) =>
          (owed.get(goal) ?? 0) > spent || spent > cap || reserved !== 0 || state === 'running' || state === 'ready',
      );
      expect(broken.map((run) => ({ ...run, owed: owed.get(run.goal) }))).toEqual([]);
      const projects = await service.deps.db.query<{
        owner_id: string;
        cap: number | null;
        spent: number;
        reserved: number;
      }>(
        'select owner_id, cap_micro_usd as cap, spent_micro_usd as spent, reserved_micro_usd as reserved from budgets',
      );
      expect(projects.filter(({ cap }) => cap !== null)).toHaveLength(2);
      const owedBy = (project: string) => {
        const goals = runs.filter(({ owner_id }) => owner_id === project).map(({ goal }) => goal);
        return goals.reduce((sum, goal) => sum + (owed.get(goal) ?? 0), 0);
      };
      const overdrawn = projects.filter(
        ({ owner_id, cap, spent, reserved }) =>
          owedBy(owner_id) > spent || spent > (cap ?? Number.POSITIVE_INFINITY) || reserved !== 0,
      );
      expect(overdrawn.map((project) => ({ ...project, owed: owedBy(project.owner_id) }))).toEqual([]);
      // Both kinds of end were met, or the caps would have been too high or too low to say anything.
      expect(new Set(runs.map(({ state }) => state))).toEqual(new Set(['idle', 'ended']));
    } finally {
      await db.close();
      await provider.close();
      await service.close();
    }
  },
  900_000,
);

/**
 * Drives whatever is ready; three of four times it dies on the way.
 * @param own on connections of the test's own: the eight are for the runs
 */
async function work(deps: Deps, own: Deps, holder: string, random: () => number): Promise<void> {
  for (;;) {
    const run = await patiently(() => claimRun(deps.db, holder));
    if (!run) return;
    const dies = random() < 0.75;
    const point = {
      commits: Math.floor(random() * 12),
      when: random() < 0.5 ? ('before' as const) : ('after' as const),
    };
    const db = dies ? dyingDatabase(deps.db, point) : deps.db;
    // A life of one call is no progress: that many deaths in a row would end the run as hopeless.
    // Those that live are renewed; those that die may be taken over while they still believe to have the run.
    await patiently(() =>
      own.db.query(
        `update runs set recoveries = 0, lease_expires_at = lease_expires_at + $2 * interval '1 minute' where task_id = $1`,
        [run.task_id, dies ? 0 : 10],
      ),
    );
    await executeRun({ ...deps, db }, { ...run, recoveries: 0 }, silentLogger, undisturbed()).catch(() => {});
    await patiently(async () => {
      const [row] = await own.db.query<{ state: string }>('select state from runs where task_id = $1', [run.task_id]);
      if (row?.state === 'running') await expireLease(own, run.task_id);
    });
  }
}

/** Eight connections for fifty workers may not be had in time on a busy machine: that is no matter of the test's. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}
