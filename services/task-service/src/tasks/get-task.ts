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
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});
