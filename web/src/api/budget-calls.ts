import { type ApiClient, dataOf } from '@builder-ai/client/client';
import { withId } from './with-id.ts';

/** In micro-dollars; null for no limit. */
export type ProjectCaps = { cap_micro_usd: number | null; default_task_cap_micro_usd: number | null };
export type ProjectBudget = ProjectCaps & { project_id: string; reserved_micro_usd: number; spent_micro_usd: number };

export function budgetCalls(client: ApiClient) {
  return {
    readProjectBudget: (projectId: string): Promise<ProjectBudget> =>
      dataOf(client.GET('/projects/{id}/budget', withId(projectId))),
    /** Tasks that waited for it go on by themselves. */
    changeProjectBudget: (projectId: string, caps: ProjectCaps): Promise<ProjectBudget> =>
      dataOf(client.PATCH('/projects/{id}/budget', { ...withId(projectId), body: caps })),
  };
}
