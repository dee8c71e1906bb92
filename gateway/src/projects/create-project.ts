import { endpoint } from '@builder-ai/platform/endpoint';
import { newId } from '@builder-ai/platform/new-id';
import { onceForRequest } from '@builder-ai/platform/once-for-request';
import Joi from 'joi';
import { nameInput } from '../accounts/account-input.ts';
import { appendToAudit } from '../audit/audit-log.ts';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { projectShape } from './project-shape.ts';
import { addMember, type ListedProject, type Project } from './project-store.ts';

type CreateProject = { name: string };

/** Who makes it is its owner. */
export const createProject = endpoint<Deps, CreateProject>({
  method: 'post',
  path: '/projects',
  access: 'project.change',
  summary: 'Makes a project',
  answers: { 201: projectShape },
  errors: ['TOO_MANY_PROJECTS'],
  bodySample: { name: 'Website' },
  body: Joi.object<CreateProject, true>({ name: nameInput.required() }),
  async handle(context) {
    const { deps, body, identity, request } = context;
    const { userId } = identity;
    const { address } = signedInFrom(request);
    const name = body.name.trim();
    const project = await deps.db.transaction((tx) =>
      onceForRequest(tx, context, async () => {
        const [row] = await tx.query<Project>(
          'insert into projects (id, name) values ($1, $2) returning id, name, created_at',
          [newId(), name],
        );
        const { id } = row as Project;
        await addMember(deps.outbox, tx, id, userId, 'owner');
        const details = { name };
        await appendToAudit(tx, { actor_id: userId, action: 'project_created', subject: id, address, details });
        return row as Project;
      }),
    );
    deps.callers.forgetUser(userId);
    const shown: ListedProject = { ...project, role: 'owner', personal: false };
    return { status: 201, body: shown };
  },
});
