import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import { mayIn } from '@builder-ai/platform/project-access';
import type { Deps } from '../deps.ts';
import { readBudget } from './budget-store.ts';
import { projectBudgetShape } from './project-budget-shape.ts';

/** The personal project has its user's id. */
export const getProjectBudget = endpoint<Deps>({
  method: 'get',
  path: '/projects/:id/budget',
  access: 'project.read',
  summary: "Shows what a project's tasks may cost together, and have cost",
  answers: { 200: projectBudgetShape },
  errors: ['PROJECT_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const projectId = params.id as string;
    if (!mayIn(identity, projectId, 'viewer')) throw new AppError('PROJECT_NOT_FOUND');
    return { status: 200, body: await readBudget(deps.db, projectId) };
  },
});
