import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { getTaskView } from './find-task.ts';

export const getTask = endpoint<Deps>({
  method: 'get',
  path: '/tasks/:id',
  access: 'task.read',
  async handle({ deps, identity, params }) {
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});
