// Whether a caller may see a task, also one that this service has not heard of yet.
import type { Identity } from '@builder-ai/contracts/identity';
import { AppError } from '@builder-ai/platform/problem';
import { mayIn } from '@builder-ai/platform/project-access';
import type { Deps } from '../deps.ts';
import { findFeedTask } from './feed-store.ts';

export type VisibleTask = { ownerId: string; firstSeq: number; lastSeq: number };

/**
 * How far the task's feed is, and where it begins.
 * @throws AppError TASK_NOT_FOUND also for a task of a project that the caller is no member of, and for a deleted one
 */
export async function findVisibleTask(deps: Deps, identity: Identity, taskId: string): Promise<VisibleTask> {
  const known = await findFeedTask(deps.db, taskId);
  if (known?.deleted_at) throw new AppError('TASK_NOT_FOUND');
  const owner =
    known ?? (await deps.taskService.find<{ owner_id: string }>(`/internal/tasks/${encodeURIComponent(taskId)}/owner`));
  if (!owner || !mayIn(identity, owner.owner_id, 'viewer')) throw new AppError('TASK_NOT_FOUND');
  return { ownerId: owner.owner_id, firstSeq: known?.first_seq ?? 1, lastSeq: known?.last_seq ?? 0 };
}
