import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { listProjectsOf } from './project-store.ts';

/** The caller's projects with the caller's role; the personal one first. */
export const listProjects = endpoint<Deps>({
  method: 'get',
  path: '/projects',
  access: 'project.read',
  async handle({ deps, identity }) {
    return { status: 200, body: await listProjectsOf(deps.db, identity.userId) };
  },
});
