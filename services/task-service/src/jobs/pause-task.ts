import { runPauseRequested } from '@builder-ai/contracts/events/run-pause-requested';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { changeTask } from '../tasks/change-task.ts';
import { getTaskView } from '../tasks/find-task.ts';
import { findActiveJob } from './job.ts';

/** Stops the task after the call in flight; it then waits for `resume`. */
export const pauseTask = endpoint<Deps>({
  method: 'post',
  path: '/tasks/:id/pause',
  access: 'task.run',
  summary: 'Stops a task after the call in flight; it waits for resume',
  answers: { 200: taskShape },
  errors: ['TASK_NOT_FOUND', 'NOT_RUNNING'],
  async handle(context) {
    const { deps, identity, params } = context;
    await changeTask(context, null, async (tx, task) => {
      if (!(await findActiveJob(tx, task.id))) throw new AppError('NOT_RUNNING');
      const command = entry(runPauseRequested, { requested_by: identity.userId }, { ownerId: task.owner_id });
      await deps.outbox.add(tx, task.id, [command]);
    });
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});
