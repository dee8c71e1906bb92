// Waits for tasks to end, and answers meanwhile what only a user can.
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '@builder-ai/contracts/task';
import type { Outside } from './outside.ts';
import type { PatientClient } from './patient-client.ts';

export type WaitOptions = {
  client: PatientClient;
  limitMs: number;
  outside?: Outside | undefined;
  /** For whoever does not wait for their end. */
  isSo?: (task: Task) => boolean;
};

/** Looking is work for the product as well. */
const LOOK_MS = 500;

/** @throws when a task has not ended in time */
export async function waitForEnds(
  client: PatientClient,
  ids: readonly string[],
  limitMs: number,
  outside?: Outside,
): Promise<void> {
  await waitForTasks({ client, limitMs, outside }, ids);
}

/**
 * Settles what is uncertain on the way, as a user would who looks outside whether it was done.
 * @returns the tasks as they were when they had ended, or it was so
 * @throws when that was not so in time
 */
export async function waitForTasks(options: WaitOptions, ids: readonly string[]): Promise<Task[]> {
  const { client, limitMs, outside, isSo = () => false } = options;
  const deadline = performance.now() + limitMs;
  const left = new Set(ids);
  const found: Task[] = [];
  while (left.size > 0) {
    for (const id of left) {
      const { body } = await client.request<Task>('GET', `/tasks/${id}`);
      if (['completed', 'failed', 'cancelled'].includes(body.status) || isSo(body)) {
        left.delete(id);
        found.push(body);
      } else if (body.waiting_for === 'uncertain' && body.waiting_call) {
        await outside?.settle(client, body, body.waiting_call);
      }
    }
    if (left.size === 0) break;
    if (performance.now() > deadline)
      throw new Error(`${left.size} of ${ids.length} tasks did not end: ${[...left].join(' ')}`);
    await delay(LOOK_MS);
  }
  return found;
}
