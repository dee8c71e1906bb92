import type { Get, Send } from './api-call.ts';

/** In micro-dollars; null for no limit. */
export type ProjectCaps = { cap_micro_usd: number | null; default_task_cap_micro_usd: number | null };
export type ProjectBudget = ProjectCaps & { project_id: string; reserved_micro_usd: number; spent_micro_usd: number };

const budgetPath = (projectId: string) => `/projects/${encodeURIComponent(projectId)}/budget`;

export function budgetCalls(get: Get, send: Send) {
  return {
    readProjectBudget: (projectId: string) => get<ProjectBudget>(budgetPath(projectId)),
    /** Tasks that waited for it go on by themselves. */
    changeProjectBudget: (projectId: string, caps: ProjectCaps) =>
      send<ProjectBudget>('PATCH', budgetPath(projectId), caps),
  };
}
