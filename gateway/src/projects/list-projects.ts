import { listOf } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { projectShape } from './project-shape.ts';
import { listProjectsOf } from './project-store.ts';

/** The caller's projects with the caller's role; the personal one first. */
export const listProjects = endpoint<Deps>({
  method: 'get',
  path: '/projects',
  access: 'project.read',
  summary: 'Lists the caller’s projects',
  answers: { 200: listOf(projectShape) },
  async handle({ deps, identity }) {
    return { status: 200, body: await listProjectsOf(deps.db, identity.userId) };
  },
});
