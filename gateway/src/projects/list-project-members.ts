import { listOf } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { memberShape } from './project-shape.ts';
import { checkRole, listMembers } from './project-store.ts';

/** Every member sees the others. */
export const listProjectMembers = endpoint<Deps>({
  method: 'get',
  path: '/projects/:id/members',
  access: 'project.read',
  summary: 'Lists the members of a project',
  answers: { 200: listOf(memberShape) },
  errors: ['PROJECT_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const id = params.id as string;
    await checkRole(deps.db, identity.userId, id, 'viewer');
    return { status: 200, body: await listMembers(deps.db, id) };
  },
});
