import { ROLES, type Role } from '@builder-ai/contracts/identity';
import type { Tx } from '@builder-ai/platform/database';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import { appendToAudit } from '../audit/audit-log.ts';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { onceWithSecret } from '../once-with-secret.ts';
import { lockProject } from '../projects/project-store.ts';
import { newInvitationShape } from './invitation-shape.ts';
import { createInvitationRow } from './invitation-store.ts';

type CreateInvitation = { role: Role; expires_in_hours: number };

const THREE_DAYS = 72;

/** The answer is the only one that shows the token: whoever has it joins, with a new account or with the one there is. */
export const createInvitation = endpoint<Deps, CreateInvitation>({
  method: 'post',
  path: '/projects/:id/invitations',
  access: 'project.change',
  summary: 'Invites somebody into a project',
  answers: { 201: newInvitationShape },
  errors: ['PROJECT_NOT_FOUND', 'SECRET_SHOWN_ONCE'],
  bodySample: { role: 'editor' },
  body: Joi.object<CreateInvitation, true>({
    role: Joi.string()
      .valid(...ROLES)
      .required(),
    expires_in_hours: Joi.number().integer().min(1).max(720).default(THREE_DAYS),
  }),
  async handle(context) {
    const { deps, body, identity, params, request } = context;
    const projectId = params.id as string;
    const { role, expires_in_hours: hours } = body;
    const createdBy = identity.userId;
    const made = await deps.db.transaction(async (tx) => {
      await lockProject(tx, createdBy, projectId, 'owner');
      return onceWithSecret(tx, context, () => invite(tx));
    });
    async function invite(tx: Tx) {
      const invitation = await createInvitationRow(tx, { projectId, role, createdBy, hours });
      await appendToAudit(tx, {
        actor_id: createdBy,
        action: 'invitation_created',
        subject: invitation.id,
        address: signedInFrom(request).address,
        details: { project_id: projectId, role },
      });
      return invitation;
    }
    const answer = { ...made, path: `/?invitation=${made.token}` };
    return { status: 201, body: answer, headers: { 'cache-control': 'no-store' } };
  },
});
