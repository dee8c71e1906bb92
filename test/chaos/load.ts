// The load of one round: tasks that are created and run, each watched by somebody who loses the connection at random.
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '@builder-ai/contracts/task';
import type { Outside } from './outside.ts';
import type { PatientClient } from './patient-client.ts';
import { newRandom } from './random.ts';
import { type Subscriber, watch } from './subscriber.ts';

export type LoadOptions = {
  client: PatientClient;
  url: string;
  apiKey: string;
  seed: number;
  tasks: number;
  /** Tasks are begun over this time. */
  spreadMs: number;
};

export type Load = {
  /** Ids of the tasks whose creation and run were acknowledged. */
  acknowledged: string[];
  subscribers: Subscriber[];
  stopCutting(): void;
};

/** Resolves when every task was acknowledged. */
export async function startLoad({ client, url, apiKey, seed, tasks, spreadMs }: LoadOptions): Promise<Load> {
  const random = newRandom(seed);
  const subscribers: Subscriber[] = [];
  const cutting = setInterval(() => {
    if (subscribers.length > 0) random.pick(subscribers).cut();
  }, 150);
  const acknowledged = await Promise.all(
    Array.from({ length: tasks }, async (_, index) => {
      await delay((index * spreadMs) / tasks);
      const { body } = await client.request<Task>('POST', '/tasks', {
        type: 'build',
        goal: `chaos ${seed} task ${index}`,
      });
      subscribers.push(watch(url, apiKey, body.id));
      await client.request('POST', `/tasks/${body.id}/run-async`);
      return body.id;
    }),
  );
  return { acknowledged, subscribers, stopCutting: () => clearInterval(cutting) };
}

/**
 * Settles what is uncertain on the way, as a user would who looks outside whether it was done.
 * @throws when a task has not ended in time
 */
export async function waitForEnds(
  client: PatientClient,
  ids: readonly string[],
  limitMs: number,
  outside?: Outside,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  const left = new Set(ids);
  while (left.size > 0) {
    for (const id of left) {
      const { body } = await client.request<Task>('GET', `/tasks/${id}`);
      if (['completed', 'failed', 'cancelled'].includes(body.status)) left.delete(id);
      if (body.waiting_for === 'uncertain' && body.waiting_call) await outside?.settle(client, body, body.waiting_call);
    }
    if (left.size > 0 && performance.now() > deadline)
      throw new Error(`${left.size} of ${ids.length} tasks did not end: ${[...left].join(' ')}`);
    await delay(200);
  }
}
