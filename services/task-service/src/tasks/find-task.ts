// Finds the task a request is about, and who may see it.
import type { Identity } from '@builder-ai/contracts/identity';
import type { Task } from '@builder-ai/contracts/task';
import { AppError } from '@builder-ai/platform/problem';
import { mayIn } from '@builder-ai/platform/project-access';
import type { Deps } from '../deps.ts';
import type { TaskRow } from './task-row.ts';
import { toTask } from './task-view.ts';

const TASK_TTL_SECONDS = 300;

/**
 * The task's row, for the members of its project or for a service.
 * @throws AppError TASK_NOT_FOUND also for a task of another project: its existence is not told
 */
export async function getTaskRow(deps: Deps, identity: Identity, id: string): Promise<TaskRow> {
  const [row] = await deps.db.query<TaskRow>('select * from tasks where id = $1 and deleted_at is null', [id]);
  if (!row || !maySee(identity, row)) throw new AppError('TASK_NOT_FOUND');
  return row;
}

export function maySee(identity: Identity, row: { owner_id: string }): boolean {
  return mayIn(identity, row.owner_id, 'viewer');
}

/** @throws AppError TASK_NOT_FOUND when the caller may not even see it, FORBIDDEN for a viewer */
export function checkMayChange(identity: Identity, row: { owner_id: string }): void {
  if (!maySee(identity, row)) throw new AppError('TASK_NOT_FOUND');
  if (!mayIn(identity, row.owner_id, 'editor')) throw new AppError('FORBIDDEN');
}

/** The Task answer, from the cache when it is of the same `seq` as the row just read; that read also authorises. */
export async function getTaskView(deps: Deps, identity: Identity, id: string): Promise<Task> {
  const [head] = await deps.db.query<{ owner_id: string; seq: number }>(
    'select owner_id, seq from tasks where id = $1 and deleted_at is null',
    [id],
  );
  if (!head || !maySee(identity, head)) throw new AppError('TASK_NOT_FOUND');
  const key = `task:${id}`;
  const cached = await deps.cache.get<Task>(key);
  if (cached && cached.seq === head.seq) return cached;
  return deps.loadOnce(`${key} ${head.seq}`, async () => {
    const task = await toTask(deps.db, await getTaskRow(deps, identity, id));
    await deps.cache.set(key, task, TASK_TTL_SECONDS);
    return task;
  });
}
