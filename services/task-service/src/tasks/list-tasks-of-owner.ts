import type { Task } from '@builder-ai/contracts/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { findTaskRows } from './task-list.ts';
import { toSummary } from './task-view.ts';

const NEWEST = 20;

/** For an agent in chat, which looks at its user's tasks and nobody else's. Not routed by the gateway. */
export const listTasksOfOwner = endpoint<Deps>({
  method: 'get',
  path: '/internal/owners/:id/tasks',
  access: 'service',
  async handle({ deps, params }) {
    const rows = await findTaskRows(deps.prisma, [params.id as string], {}, NEWEST);
    const tasks: Task[] = rows.map(toSummary);
    return { status: 200, body: tasks };
  },
});
