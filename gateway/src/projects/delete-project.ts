import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { lockProject, removeProject } from './project-store.ts';

/**
 * By owners. Members see nothing of it from then on; its tasks, webhooks, budget and what was told of it go within moments, by
 * the services that have them.
 */
export const deleteProject = endpoint<Deps>({
  method: 'delete',
  path: '/projects/:id',
  access: 'project.change',
  summary: 'Deletes a project with all its tasks',
  answers: { 204: NO_CONTENT },
  errors: ['PROJECT_NOT_FOUND', 'PROJECT_PERSONAL'],
  async handle({ deps, identity, params, request }) {
    const id = params.id as string;
    const { userId } = identity;
    if (id === userId) throw new AppError('PROJECT_PERSONAL');
    const { address } = signedInFrom(request);
    const members = await deps.db.transaction(async (tx) => {
      const roles = await lockProject(tx, userId, id, 'owner');
      await removeProject(deps.outbox, tx, { projectId: id, by: userId, address });
      return [...roles.keys()];
    });
    for (const member of members) deps.callers.forgetUser(member);
    return { status: 204 };
  },
});
