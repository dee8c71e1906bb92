// Waits for tasks to end, and answers meanwhile what only a user can.
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '@builder-ai/contracts/task';
import type { Outside } from './outside.ts';
import type { PatientClient } from './patient-client.ts';

/** Looking is work for the product as well. */
const LOOK_MS = 500;

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
    await delay(LOOK_MS);
  }
}
