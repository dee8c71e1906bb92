// What the users of some tasks do while these are under way: they pause and resume them, say something to their agents, end them
// and have them made anew, or find out that they gave them too little money.
import type { Task } from '@builder-ai/contracts/task';
import { someMoment } from './deletion.ts';
import type { LoadOptions } from './load.ts';
import { unlessTooLate } from './patient-client.ts';
import { waitForTasks } from './wait-for-ends.ts';

export type Steering = 'paused' | 'spoken to' | 'retried' | 'short of money';

/** Somebody's word to the agents of a task: it is to be in the timeline once. */
export const wordOf = (goal: string) => `mind ${goal}`;

/** Resolves when the task goes on to its end, or has come there first. @returns what is not as it should be */
export async function steer(options: LoadOptions, kind: Steering, task: Task): Promise<string[]> {
  return (await STEER[kind](options, task)) ?? [];
}

/** Most see nothing that could be wrong. */
type Steer = (options: LoadOptions, task: Task) => Promise<string[] | undefined>;

const STEER: Record<Steering, Steer> = {
  async paused(options, { id }) {
    await someMoment(options, id);
    if (!(await unlessTooLate(options.client.request('POST', `/tasks/${id}/pause`)))) return;
    const task = await waitUntil(options, id, ({ waiting_for }) => waiting_for === 'resume');
    if (task.waiting_for === 'resume') await options.client.request('POST', `/tasks/${id}/resume`);
  },
  async 'spoken to'(options, { id, goal }) {
    await someMoment(options, id);
    await options.client.request('POST', `/tasks/${id}/messages`, { content: wordOf(goal) });
  },
  async retried(options, { id }) {
    // Without a plan there is no step to retry.
    await waitUntil(options, id, ({ plan }) => plan.length > 0);
    await someMoment(options, id);
    if (!(await unlessTooLate(options.client.request('POST', `/tasks/${id}/cancel`)))) return;
    const { status } = await waitUntil(options, id, () => false);
    if (status === 'cancelled') await options.client.request('POST', `/tasks/${id}/retry`);
  },
  async 'short of money'(options, { id }) {
    const { waiting_for, budget } = await waitUntil(options, id, (task) => task.waiting_for === 'budget');
    if (waiting_for !== 'budget') return [`task ${id}: it never wanted for money: ${JSON.stringify(budget)}`];
    await options.client.request('PATCH', `/tasks/${id}`, { budget: { cap_micro_usd: null } });
    const { spent_micro_usd: spent, reserved_micro_usd: reserved, cap_micro_usd: cap } = budget;
    return spent + reserved > (cap ?? 0) ? [`task ${id}: its budget was passed: ${JSON.stringify(budget)}`] : [];
  },
};

/** The task, when this is so or it has ended. */
async function waitUntil({ client, outside, endLimitMs }: LoadOptions, id: string, isSo: (task: Task) => boolean) {
  const [task] = await waitForTasks({ client, outside, limitMs: endLimitMs, isSo }, [id]);
  return task as Task;
}
