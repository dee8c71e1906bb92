import type { Identity } from '@builder-ai/contracts/identity';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import {
  AGENT_MODES,
  type AgentMode,
  APPROVALS,
  type Approval,
  TASK_TYPES,
  type TaskType,
} from '@builder-ai/contracts/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { newId } from '@builder-ai/platform/new-id';
import { AppError } from '@builder-ai/platform/problem';
import { mayIn } from '@builder-ai/platform/project-access';
import { currentContext } from '@builder-ai/platform/request-context';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import type { NewTask } from './new-tasks.ts';
import { sanitiseGoal } from './sanitise-goal.ts';
import { MAX_METADATA_BYTES, titleFromGoal } from './task.ts';

export type CreateTask = {
  type: TaskType;
  goal: string;
  title?: string;
  project_id?: string | null;
  metadata: Record<string, unknown>;
  agent_mode?: AgentMode | null;
  budget?: { cap_micro_usd: number };
  approval: Approval;
};

export const createTaskSchema = Joi.object<CreateTask>({
  type: Joi.string()
    .valid(...TASK_TYPES)
    .default('build'),
  // A goal that is missing is as empty as a blank one; its length is checked with the text itself.
  goal: Joi.string().allow('').default('').description('What to build, in 1 to 2000 characters.'),
  title: Joi.string().max(200),
  project_id: Joi.string().max(100).allow(null),
  metadata: Joi.object().unknown().max(1_000).default({}).custom(refuseLargeMetadata),
  agent_mode: Joi.string()
    .valid(...AGENT_MODES)
    .allow(null),
  budget: Joi.object({ cap_micro_usd: Joi.number().integer().min(0).required() }),
  approval: Joi.string()
    .valid(...APPROVALS)
    .default('none')
    .description('What waits for your approval: the plan, or each step.'),
});

function refuseLargeMetadata(value: unknown, joi: Joi.CustomHelpers) {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  return bytes > MAX_METADATA_BYTES ? joi.message({ custom: 'metadata may have 16 KiB at most' }) : value;
}

/**
 * The project that the task will belong to; left out, the caller's personal one.
 * @throws AppError PROJECT_NOT_FOUND, FORBIDDEN for a viewer
 */
function ownerFor(identity: Identity, projectId: string | null | undefined): string {
  const owner = projectId ?? identity.userId;
  if (!mayIn(identity, owner, 'viewer')) throw new AppError('PROJECT_NOT_FOUND');
  if (!mayIn(identity, owner, 'editor')) throw new AppError('FORBIDDEN');
  return owner;
}

export const createTask = endpoint<Deps, CreateTask>({
  method: 'post',
  path: '/tasks',
  access: 'task.create',
  summary: 'Makes a task from a goal',
  answers: { 200: taskShape },
  errors: ['GOAL_EMPTY', 'GOAL_TOO_LONG', 'PROJECT_NOT_FOUND', 'RATE_LIMITED'],
  bodySample: { goal: 'build a landing page with a contact form', type: 'build' },
  body: createTaskSchema,
  async handle({ deps, body, identity, request }) {
    if (body.title?.trim() === '')
      throw new AppError('INPUT_INVALID', { errors: [{ field: 'title', message: 'must not be blank' }] });
    const goal = sanitiseGoal(body.goal);
    const owner_id = ownerFor(identity, body.project_id);
    const task: NewTask = {
      id: newId(),
      owner_id,
      title: body.title?.trim() ?? titleFromGoal(goal),
      type: body.type,
      goal,
      project_id: owner_id === identity.userId ? null : owner_id,
      metadata: body.metadata,
      agent_mode: body.agent_mode ?? null,
      approval: body.approval,
      cap_micro_usd: body.budget?.cap_micro_usd ?? null,
    };
    const key = { ownerId: identity.userId, operation: 'POST /tasks', key: request.get('idempotency-key'), body };
    const created = await deps.makeTask({ task, context: currentContext(), request: key });
    return { status: 200, body: created, headers: { location: `/tasks/${created.id}` } };
  },
});
