// What every request that changes one task has in common: the task is locked, its user may do it, and it is done once.
import type { Tx } from '@builder-ai/platform/database';
import type { EndpointContext } from '@builder-ai/platform/endpoint';
import { onceForRequest } from '@builder-ai/platform/once-for-request';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { checkMayChange } from './find-task.ts';
import { type LockedTask, lockTask } from './task-row.ts';

/**
 * Does `change` in one transaction, under the task's lock, once for an Idempotency-Key.
 * @param body what makes two requests with one Idempotency-Key the same
 * @throws AppError TASK_NOT_FOUND, FORBIDDEN, IDEMPOTENCY_KEY_REUSED
 */
export function changeTask<T>(
  { deps, identity, params, request }: EndpointContext<Deps, unknown, unknown>,
  body: unknown,
  change: (tx: Tx, task: LockedTask) => Promise<T>,
): Promise<T> {
  return deps.db.transaction(async (tx) => {
    const task = await lockTask(tx, params.id as string);
    if (!task || task.deleted_at) throw new AppError('TASK_NOT_FOUND');
    checkMayChange(identity, task);
    return onceForRequest(tx, { identity, params, body, request }, () => change(tx, task));
  });
}
