import { runCancelRequested } from '@builder-ai/contracts/events/run-cancel-requested';
import { taskCancelled } from '@builder-ai/contracts/events/timeline-entries';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import type { Tx } from '@builder-ai/platform/database';
import { endpoint } from '@builder-ai/platform/endpoint';
import { newId } from '@builder-ai/platform/new-id';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { changeTask } from '../tasks/change-task.ts';
import { getTaskView } from '../tasks/find-task.ts';
import { mayRun } from '../tasks/task.ts';
import type { LockedTask } from '../tasks/task-row.ts';
import { appendToTimeline } from '../tasks/timeline.ts';
import { hasRun } from './job.ts';

/**
 * Ends the task: a model call or command that runs is stopped, everything made so far is kept. Whether the end or the
 * cancellation came first is agent-service's to say; only a task that was never run is ended here.
 */
export const cancelTask = endpoint<Deps>({
  method: 'post',
  path: '/tasks/:id/cancel',
  access: 'task.run',
  summary: 'Ends a task; what was made is kept',
  answers: { 200: taskShape },
  errors: ['TASK_NOT_FOUND', 'TASK_ENDED'],
  async handle(context) {
    const { deps, identity, params } = context;
    await changeTask(context, null, (tx, task) => cancel(deps, tx, task, identity.userId));
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});

/** @throws AppError TASK_ENDED */
export async function cancel(deps: Deps, tx: Tx, task: LockedTask, requested_by: string): Promise<void> {
  if (task.status === 'cancelled') return;
  if (!mayRun(task.status)) throw new AppError('TASK_ENDED');
  if (!(await hasRun(tx, task))) {
    await appendToTimeline(tx, deps.outbox, task, taskCancelled, { job_id: newId() });
    return;
  }
  await deps.outbox.add(tx, task.id, [entry(runCancelRequested, { requested_by }, { ownerId: task.owner_id })]);
}
