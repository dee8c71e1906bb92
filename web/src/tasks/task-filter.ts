import type { Task, TaskStatus, TaskType } from '@builder-ai/contracts/task';

/** Which tasks are asked for; the server decides what of them its reader may see. */
export type TaskFilter = { q?: string; type?: TaskType; status?: TaskStatus; project?: string };

/** Whether a task that was told of belongs into a list, as the server would decide it. */
export function isWanted(task: Task, { q, type, status, project }: TaskFilter): boolean {
  if (type && task.type !== type) return false;
  if (status && task.status !== status) return false;
  if (project && task.project_id !== null && task.project_id !== project) return false;
  const words = q?.toLowerCase();
  return !words || `${task.title}\n${task.goal}`.toLowerCase().includes(words);
}

export function toListAddress({ q, type, status, project }: TaskFilter): string {
  const query = new URLSearchParams();
  if (q) query.set('q', q);
  if (type) query.set('type', type);
  if (status) query.set('status', status);
  if (project) query.set('project_id', project);
  // Without a filter it is the list that the server keeps ready.
  return query.size > 0 ? `/tasks?${query}` : '/tasks';
}
