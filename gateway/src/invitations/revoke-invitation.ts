import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import { appendToAudit } from '../audit/audit-log.ts';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { lockProject } from '../projects/project-store.ts';
import { revokeInvitationRow } from './invitation-store.ts';

export const revokeInvitation = endpoint<Deps>({
  method: 'delete',
  path: '/projects/:id/invitations/:invitation_id',
  access: 'project.change',
  summary: 'Takes an invitation back',
  answers: { 204: NO_CONTENT },
  errors: ['PROJECT_NOT_FOUND', 'INVITATION_NOT_FOUND'],
  async handle({ deps, identity, params, request }) {
    const { id, invitation_id } = params as { id: string; invitation_id: string };
    await deps.db.transaction(async (tx) => {
      await lockProject(tx, identity.userId, id, 'owner');
      await revokeInvitationRow(tx, id, invitation_id);
      await appendToAudit(tx, {
        actor_id: identity.userId,
        action: 'invitation_revoked',
        subject: invitation_id,
        address: signedInFrom(request).address,
        details: { project_id: id },
      });
    });
    return { status: 204 };
  },
});
