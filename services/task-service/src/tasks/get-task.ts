import { taskShape } from '@builder-ai/contracts/shapes/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { getTaskView } from './find-task.ts';

export const getTask = endpoint<Deps>({
  method: 'get',
  path: '/tasks/:id',
  access: 'task.read',
  summary: 'Shows a task',
  answers: { 200: taskShape },
  errors: ['TASK_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const task = await getTaskView(deps, identity, params.id as string);
    // Nothing of a task changes without an entry on its timeline; If-Match of a change names the same.
    return { status: 200, body: task, headers: { etag: `"${task.seq}"` } };
  },
});
