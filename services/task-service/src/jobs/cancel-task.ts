import { runCancelRequested } from '@builder-ai/contracts/events/run-cancel-requested';
import { taskCancelled } from '@builder-ai/contracts/events/timeline-entries';
import { endpoint } from '@builder-ai/platform/endpoint';
import { newId } from '@builder-ai/platform/new-id';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { changeTask } from '../tasks/change-task.ts';
import { getTaskView } from '../tasks/find-task.ts';
import { mayRun } from '../tasks/task.ts';
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
  async handle(context) {
    const { deps, identity, params } = context;
    await changeTask(context, null, async (tx, task) => {
      if (task.status === 'cancelled') return;
      if (!mayRun(task.status)) throw new AppError('TASK_ENDED');
      if (!(await hasRun(tx, task))) {
        await appendToTimeline(tx, deps.outbox, task, taskCancelled, { job_id: newId() });
        return;
      }
      const command = entry(runCancelRequested, { requested_by: identity.userId }, { ownerId: task.owner_id });
      await deps.outbox.add(tx, task.id, [command]);
    });
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});
