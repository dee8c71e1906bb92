// Which tasks of a round are deleted by their user, and how: under way, or when they have ended.
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '@builder-ai/contracts/task';
import type { LoadOptions } from './load.ts';
import { newRandom } from './random.ts';
import { waitForEnds } from './wait-for-ends.ts';

export type Deletion = { id: string; goal: string; kind: 'under way' | 'ended' };

export type Fate = {
  kind: 'kept' | Deletion['kind'];
  /** What is added to the goal, for the provider to see. */
  goal: string;
};

/** Whatever has this in its goal goes on for ever: only its deletion ends it, so that a run that is not stopped shows. */
export const ENDLESS = ' without end';

const LATEST_MS = 5_000;

/** Each fourth task is deleted: of two one under way and one when it has ended. */
export function fateOf(index: number): Fate {
  if (index % 8 === 2) return { kind: 'under way', goal: ENDLESS };
  return { kind: index % 8 === 6 ? 'ended' : 'kept', goal: '' };
}

/** Resolves when the deletion was acknowledged. @throws when the task can be read after that */
export async function meetFate(
  { client, outside, seed, endLimitMs }: LoadOptions,
  kind: Deletion['kind'],
  { id, goal }: Task,
): Promise<Deletion> {
  if (kind === 'ended') await waitForEnds(client, [id], endLimitMs, outside);
  // Each of a round at another moment.
  else await delay(newRandom(seed + Number.parseInt(id.slice(-6), 16)).between(0, LATEST_MS));
  await client.remove(`/tasks/${id}`);
  const status = await client.status(`/tasks/${id}`);
  if (status !== 404) throw new Error(`Task ${id} was deleted, and is answered with ${status}`);
  return { id, goal, kind };
}
