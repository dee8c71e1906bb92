import type { TaskStatus, TaskType } from '@builder-ai/contracts/task';

// The contracts' own lists come with schemas that must not get into the bundle. As keys of records: a name that is added
// there fails the type check here.

const STATUSES: Record<TaskStatus, true> = {
  queued: true,
  in_progress: true,
  waiting: true,
  completed: true,
  failed: true,
  cancelled: true,
};

const TYPES: Record<TaskType, true> = { build: true, fix: true, refactor: true, test: true, docs: true, chat: true };

export const TASK_STATUSES = Object.keys(STATUSES) as TaskStatus[];
export const TASK_TYPES = Object.keys(TYPES) as TaskType[];
export type { TaskStatus, TaskType };
