import type { Task } from '@builder-ai/contracts/task';

/**
 * Takes tasks into the list, newest first as the API orders them. Pages, live updates and answers overlap; of two
 * versions of a task the one that has seen more of its timeline stays.
 */
export function mergeTasks(known: readonly Task[], incoming: readonly Task[]): readonly Task[] {
  const byId = new Map(known.map((task) => [task.id, task]));
  let changed = false;
  for (const task of incoming) {
    const before = byId.get(task.id);
    if (before && before.seq >= task.seq) continue;
    byId.set(task.id, task);
    changed = true;
  }
  if (!changed) return known;
  return [...byId.values()].sort((a, b) => compare(b.created_at, a.created_at) || compare(b.id, a.id));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
