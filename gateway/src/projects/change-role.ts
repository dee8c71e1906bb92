import { ROLES, type Role } from '@builder-ai/contracts/identity';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import { appendToAudit } from '../audit/audit-log.ts';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { changedRoleShape } from './project-shape.ts';
import { checkOwnerRemains, lockProject } from './project-store.ts';
import { tellOfRole } from './tell-of-role.ts';

type ChangeRole = { role: Role };

/** By owners, for members: others join by invitation. Every service knows it within 5 s. */
export const changeRole = endpoint<Deps, ChangeRole>({
  method: 'put',
  path: '/projects/:id/members/:user_id',
  access: 'project.change',
  summary: 'Changes a member’s role',
  answers: { 200: changedRoleShape },
  errors: ['PROJECT_NOT_FOUND', 'MEMBER_NOT_FOUND', 'LAST_OWNER'],
  bodySample: { role: 'editor' },
  body: Joi.object<ChangeRole, true>({
    role: Joi.string()
      .valid(...ROLES)
      .required(),
  }),
  async handle({ deps, body, identity, params, request }) {
    const { id, user_id } = params as { id: string; user_id: string };
    const { role } = body;
    await deps.db.transaction(async (tx) => {
      const roles = await lockProject(tx, identity.userId, id, 'owner');
      const before = roles.get(user_id);
      if (!before) throw new AppError('MEMBER_NOT_FOUND');
      if (before === role) return;
      if (before === 'owner') checkOwnerRemains(roles, user_id);
      await tx.query('update project_members set role = $3 where project_id = $1 and user_id = $2', [
        id,
        user_id,
        role,
      ]);
      await tellOfRole(deps.outbox, tx, { userId: user_id, projectId: id, role, by: identity.userId });
      await appendToAudit(tx, {
        actor_id: identity.userId,
        action: 'role_changed',
        subject: user_id,
        address: signedInFrom(request).address,
        details: { project_id: id, from: before, to: role },
      });
    });
    deps.callers.forgetUser(user_id);
    return { status: 200, body: { user_id, role } };
  },
});
