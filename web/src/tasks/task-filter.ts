import type { TaskStatus, TaskType } from '@builder-ai/contracts/task';

/** Which tasks are asked for; the server decides what of them its reader may see. */
export type TaskFilter = { q?: string; type?: TaskType; status?: TaskStatus; project?: string };

export function toListAddress({ q, type, status, project }: TaskFilter): string {
  const query = new URLSearchParams();
  if (q) query.set('q', q);
  if (type) query.set('type', type);
  if (status) query.set('status', status);
  if (project) query.set('project_id', project);
  // Without a filter it is the list that the server keeps ready.
  return query.size > 0 ? `/tasks?${query}` : '/tasks';
}
