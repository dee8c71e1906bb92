import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { changeTask } from './change-task.ts';
import { buryTask } from './tombstone.ts';

/**
 * Nobody is shown the task from this answer on. A call of its run is stopped, and its files go, within moments; forks of it
 * go on. A second time it is 404, as if there had never been one.
 */
export const deleteTask = endpoint<Deps>({
  method: 'delete',
  path: '/tasks/:id',
  access: 'task.run',
  summary: 'Deletes a task with all that it made; its run is ended first',
  answers: { 204: NO_CONTENT },
  errors: ['TASK_NOT_FOUND'],
  async handle(context) {
    const { deps, identity } = context;
    await changeTask(context, null, (tx, task) => buryTask(deps, tx, task, identity.userId));
    return { status: 204 };
  },
});
