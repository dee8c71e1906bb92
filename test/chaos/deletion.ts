// What becomes of the tasks of a round: some are deleted by their user, under way, when they have ended, or as soon as somebody
// has forked them, who goes on with what they had; most of the others are steered.
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '@builder-ai/contracts/task';
import { newRandom } from '@builder-ai/testing/random';
import type { LoadOptions } from './load.ts';
import type { Steering } from './steering.ts';
import { waitForEnds } from './wait-for-ends.ts';

export type Deletion = { id: string; goal: string; kind: 'under way' | 'ended' | 'forked' };

export type Fate = {
  kind: 'kept' | Steering | Deletion['kind'];
  /** What is added to the goal, for the provider to see. */
  goal: string;
};

/** Whatever has this in its goal goes on for ever: only its deletion ends it, so that a run that is not stopped shows. */
export const ENDLESS = ' without end';

const LATEST_MS = 5_000;

const KINDS = ['kept', 'paused', 'under way', 'spoken to', 'forked', 'retried', 'ended', 'short of money'] as const;

/** Three of eight tasks are deleted, each in another way, and four are steered. */
export function fateOf(index: number): Fate {
  const kind = KINDS[index % KINDS.length] as Fate['kind'];
  return { kind, goal: kind === 'under way' ? ENDLESS : '' };
}

export const isDeletion = (kind: Fate['kind']): kind is Deletion['kind'] =>
  kind === 'under way' || kind === 'forked' || kind === 'ended';

/** Goes on with a task as it is at some moment, in a task of its own. Resolves when that, and its run, was acknowledged. */
export async function forkUnderWay(options: LoadOptions, { id, goal }: Task): Promise<Task> {
  const { client } = options;
  await someMoment(options, id);
  const { body: parent } = await client.request<Task>('GET', `/tasks/${id}`);
  const asked = { at_seq: parent.seq, goal: `${goal} forked` };
  const { body: fork } = await client.request<Task>('POST', `/tasks/${id}/fork`, asked);
  await client.request('POST', `/tasks/${fork.id}/run-async`);
  return fork;
}

/** Resolves when the deletion was acknowledged. @throws when the task can be read after that */
export async function meetFate(options: LoadOptions, kind: Deletion['kind'], { id, goal }: Task): Promise<Deletion> {
  const { client, outside, endLimitMs } = options;
  if (kind === 'ended') await waitForEnds(client, [id], endLimitMs, outside);
  if (kind === 'under way') await someMoment(options, id);
  await client.remove(`/tasks/${id}`);
  const status = await client.status(`/tasks/${id}`);
  if (status !== 404) throw new Error(`Task ${id} was deleted, and is answered with ${status}`);
  return { id, goal, kind };
}

/** Another one for each task of a round. */
export function someMoment({ seed }: LoadOptions, id: string): Promise<void> {
  return delay(newRandom(seed + Number.parseInt(id.slice(-6), 16)).between(0, LATEST_MS));
}
