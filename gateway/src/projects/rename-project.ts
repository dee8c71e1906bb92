import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import { nameInput } from '../accounts/account-input.ts';
import { appendToAudit } from '../audit/audit-log.ts';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { projectShape } from './project-shape.ts';
import { lockProject, type Project } from './project-store.ts';

type RenameProject = { name: string };

export const renameProject = endpoint<Deps, RenameProject>({
  method: 'patch',
  path: '/projects/:id',
  access: 'project.change',
  summary: 'Renames a project',
  answers: { 200: projectShape },
  errors: ['PROJECT_NOT_FOUND'],
  bodySample: { name: 'New website' },
  body: Joi.object<RenameProject, true>({ name: nameInput.required() }),
  async handle({ deps, body, identity, params, request }) {
    const id = params.id as string;
    const { userId } = identity;
    const { address } = signedInFrom(request);
    const name = body.name.trim();
    const project = await deps.db.transaction(async (tx) => {
      await lockProject(tx, userId, id, 'owner');
      const [row] = await tx.query<Project>(
        'update projects set name = $2 where id = $1 returning id, name, created_at',
        [id, name],
      );
      await appendToAudit(tx, { actor_id: userId, action: 'project_renamed', subject: id, address, details: { name } });
      return row;
    });
    return { status: 200, body: { ...project, role: 'owner', personal: false } };
  },
});
