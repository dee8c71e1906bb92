import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import { appendToAudit } from '../audit/audit-log.ts';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { checkOwnerRemains, lockProject } from './project-store.ts';
import { tellOfRole } from './tell-of-role.ts';

/** Owners remove anybody, everybody else can leave. What was made in the project stays there. */
export const removeMember = endpoint<Deps>({
  method: 'delete',
  path: '/projects/:id/members/:user_id',
  access: 'project.change',
  summary: 'Removes a member, or leaves',
  answers: { 204: NO_CONTENT },
  errors: ['PROJECT_NOT_FOUND', 'MEMBER_NOT_FOUND', 'LAST_OWNER'],
  async handle({ deps, identity, params, request }) {
    const { id, user_id } = params as { id: string; user_id: string };
    await deps.db.transaction(async (tx) => {
      const leaves = user_id === identity.userId;
      const roles = await lockProject(tx, identity.userId, id, leaves ? 'viewer' : 'owner');
      const before = roles.get(user_id);
      if (!before) throw new AppError('MEMBER_NOT_FOUND');
      if (before === 'owner') checkOwnerRemains(roles, user_id);
      await tx.query('delete from project_members where project_id = $1 and user_id = $2', [id, user_id]);
      await tellOfRole(deps.outbox, tx, { userId: user_id, projectId: id, role: null, by: identity.userId });
      await appendToAudit(tx, {
        actor_id: identity.userId,
        action: 'member_removed',
        subject: user_id,
        address: signedInFrom(request).address,
        details: { project_id: id, role: before },
      });
    });
    deps.callers.forgetUser(user_id);
    return { status: 204 };
  },
});
