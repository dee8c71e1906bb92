import { type ApiClient, dataOf } from '@builder-ai/client/client';

/** In micro-dollars; null for no limit. */
export type ProjectCaps = { cap_micro_usd: number | null; default_task_cap_micro_usd: number | null };
export type ProjectBudget = ProjectCaps & { project_id: string; reserved_micro_usd: number; spent_micro_usd: number };

const of = (id: string) => ({ params: { path: { id } } });

export function budgetCalls(client: ApiClient) {
  return {
    readProjectBudget: (projectId: string): Promise<ProjectBudget> =>
      dataOf(client.GET('/projects/{id}/budget', of(projectId))),
    /** Tasks that waited for it go on by themselves. */
    changeProjectBudget: (projectId: string, caps: ProjectCaps): Promise<ProjectBudget> =>
      dataOf(client.PATCH('/projects/{id}/budget', { ...of(projectId), body: caps })),
  };
}
