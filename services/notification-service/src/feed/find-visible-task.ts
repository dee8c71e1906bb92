// Whether a caller may see a task, also one that this service has not heard of yet.
import type { Identity } from '@builder-ai/contracts/identity';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { findFeedTask } from './feed-store.ts';

/**
 * How far the task's feed is.
 * @throws AppError TASK_NOT_FOUND also for another user's task
 */
export async function findVisibleTask(deps: Deps, identity: Identity, taskId: string): Promise<{ lastSeq: number }> {
  const known = await findFeedTask(deps.db, taskId);
  const owner =
    known ?? (await deps.taskService.find<{ owner_id: string }>(`/internal/tasks/${encodeURIComponent(taskId)}/owner`));
  if (!owner || (identity.kind === 'user' && owner.owner_id !== identity.userId)) throw new AppError('TASK_NOT_FOUND');
  return { lastSeq: known?.last_seq ?? 0 };
}
