// The load of one round: tasks that are created and run, each watched by somebody who loses the connection at random. Some are
// steered by their user, some deleted: under way, when they have ended, or when somebody has forked them.
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '@builder-ai/contracts/task';
import { newRandom } from '@builder-ai/testing/random';
import { type Deletion, fateOf, forkUnderWay, isDeletion, meetFate } from './deletion.ts';
import type { Outside } from './outside.ts';
import type { PatientClient } from './patient-client.ts';
import { type Steering, steer } from './steering.ts';
import { type Subscriber, watch } from './subscriber.ts';

export type LoadOptions = {
  client: PatientClient;
  url: string;
  apiKey: string;
  seed: number;
  tasks: number;
  /** Tasks are begun over this time. */
  spreadMs: number;
  outside: Outside;
  /** So long a task may take that is waited for. */
  endLimitMs: number;
  /** In micro-dollars, what a task is given that is short of money. */
  shortCap: number;
};

export type Load = {
  /** Ids of the tasks whose creation and run were acknowledged, and that nobody deletes. */
  acknowledged: string[];
  /** Those of them that go on with what another one had. */
  forks: string[];
  steered: { id: string; kind: Steering }[];
  /** What was seen meanwhile and should not be. */
  violations: string[];
  /** Those that were deleted, from the moment on that this was acknowledged. */
  deletions: Deletion[];
  subscribers: Subscriber[];
  stopCutting(): void;
};

/** Resolves when every task, all that was done to steer it, and every deletion, was acknowledged. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { client, url, apiKey, seed, tasks, spreadMs, shortCap } = options;
  const random = newRandom(seed);
  const subscribers: Subscriber[] = [];
  const acknowledged: string[] = [];
  const forks: string[] = [];
  const steered: Load['steered'] = [];
  const violations: string[] = [];
  const deletions: Deletion[] = [];
  // Who watches a deleted task is to be told: cut off, they would only learn that there is none when they come back.
  const isGone = (taskId: string) => deletions.some(({ id }) => id === taskId);
  const cutting = setInterval(() => {
    const watching = subscribers.filter(({ taskId }) => !isGone(taskId));
    if (watching.length > 0) random.pick(watching).cut();
  }, 150);
  await Promise.all(
    Array.from({ length: tasks }, async (_, index) => {
      await delay((index * spreadMs) / tasks);
      const fate = fateOf(index);
      const goal = `chaos ${seed} task ${index}${fate.goal}`;
      const budget = fate.kind === 'short of money' ? { budget: { cap_micro_usd: shortCap } } : {};
      const { body } = await client.request<Task>('POST', '/tasks', { type: 'build', goal, ...budget });
      subscribers.push(watch(url, apiKey, body.id));
      await client.request('POST', `/tasks/${body.id}/run-async`);
      if (!isDeletion(fate.kind)) {
        acknowledged.push(body.id);
        if (fate.kind === 'kept') return;
        steered.push({ id: body.id, kind: fate.kind });
        violations.push(...(await steer(options, fate.kind, body)));
        return;
      }
      if (fate.kind === 'forked') {
        const fork = await forkUnderWay(options, body);
        subscribers.push(watch(url, apiKey, fork.id));
        acknowledged.push(fork.id);
        forks.push(fork.id);
      }
      deletions.push(await meetFate(options, fate.kind, body));
    }),
  );
  return {
    acknowledged,
    forks,
    steered,
    violations,
    deletions,
    subscribers,
    stopCutting: () => clearInterval(cutting),
  };
}
