import { listOf } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { checkRole } from '../projects/project-store.ts';
import { invitationShape } from './invitation-shape.ts';
import { listOpenInvitations } from './invitation-store.ts';

/** Those that can still be used, for owners. */
export const listInvitations = endpoint<Deps>({
  method: 'get',
  path: '/projects/:id/invitations',
  access: 'project.read',
  summary: 'Lists the invitations that can still be used',
  answers: { 200: listOf(invitationShape) },
  errors: ['PROJECT_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const id = params.id as string;
    await checkRole(deps.db, identity.userId, id, 'owner');
    return { status: 200, body: await listOpenInvitations(deps.db, id) };
  },
});
