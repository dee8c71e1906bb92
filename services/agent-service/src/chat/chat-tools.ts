// What the agent in chat can do for its user: the same as the user, through requests that task-service checks in the user's
// name. It sees and touches nobody else's tasks.
import type { EventDefinition } from '@builder-ai/contracts/event';
import { messagePostRequested } from '@builder-ai/contracts/events/message-post-requested';
import { taskCancelRequested } from '@builder-ai/contracts/events/task-cancel-requested';
import { taskCreateRequested } from '@builder-ai/contracts/events/task-create-requested';
import { taskRunRequested } from '@builder-ai/contracts/events/task-run-requested';
import type { Identity } from '@builder-ai/contracts/identity';
import { AGENT_MODES, type AgentMode, APPROVALS, type Approval, type Task } from '@builder-ai/contracts/task';
import { newId } from '@builder-ai/platform/new-id';
import { entry } from '@builder-ai/platform/outbox';
import { mayIn } from '@builder-ai/platform/project-access';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { defineTool, type Tool, ToolFault } from '../tools/define-tool.ts';

/** What was done in a turn. */
export type ChatAction = { action: string; task_id: string };

export type ChatDeps = Pick<Deps, 'db' | 'outbox' | 'taskService'>;

const TIMEOUT_MS = 10_000;
const MAX_GOAL_LENGTH = 2_000;
const MAX_USD = 100_000;

const taskId = Joi.string().max(200).required().description('The id of one of the user’s tasks');
const ofTask = Joi.object<{ task_id: string }, true>({ task_id: taskId });

/** @param onAction told of everything that is asked of task-service */
export function chatTools(deps: ChatDeps, identity: Identity, onAction: (action: ChatAction) => void): Tool[] {
  async function ask<Data>(
    action: string,
    task_id: string,
    definition: EventDefinition<Data>,
    data: Data & { owner_id: string },
  ): Promise<void> {
    const told = [{ ...entry(definition, data), ownerId: data.owner_id }];
    await deps.db.transaction((tx) => deps.outbox.add(tx, task_id, told));
    onAction({ action, task_id });
  }

  type Create = { goal: string; agent_mode?: AgentMode; approval?: Approval; cap_usd?: number };
  const timeoutMs = TIMEOUT_MS;
  return [
    defineTool<Create>({
      name: 'create_task',
      description: 'Makes a task: agents will plan and build what its goal says. It does not run yet.',
      input: Joi.object<Create, true>({
        goal: Joi.string()
          .max(MAX_GOAL_LENGTH)
          .required()
          .description('What is to be built, with all that the user said of it'),
        agent_mode: Joi.string().valid(...AGENT_MODES),
        approval: Joi.string()
          .valid(...APPROVALS)
          .description('What waits for the user’s approval'),
        cap_usd: Joi.number().min(0).max(MAX_USD).description('What it may spend, in dollars'),
      }),
      timeoutMs,
      outside: true,
      summary: ({ goal }) => `create a task: ${goal}`,
      async run({ goal, agent_mode = null, approval = 'none', cap_usd }) {
        const id = newId();
        const cap_micro_usd = cap_usd === undefined ? null : Math.round(cap_usd * 1_000_000);
        const data = { owner_id: identity.userId, type: 'build' as const, goal, agent_mode, approval, cap_micro_usd };
        await ask('create_task', id, taskCreateRequested, data);
        return { output: JSON.stringify({ task_id: id }) };
      },
    }),
    defineTool<{ task_id: string }>({
      name: 'run_task',
      description: 'Runs a task to its end, in the background.',
      input: ofTask,
      timeoutMs,
      outside: true,
      summary: ({ task_id }) => `run ${task_id}`,
      async run({ task_id }) {
        await ask('run_task', task_id, taskRunRequested, { owner_id: await actingOwner(deps, identity, task_id) });
        return { output: 'It was asked to run; look at it to see how far it is.' };
      },
    }),
    defineTool<{ task_id: string }>({
      name: 'cancel_task',
      description: 'Cancels a task; what was made is kept.',
      input: ofTask,
      timeoutMs,
      outside: true,
      summary: ({ task_id }) => `cancel ${task_id}`,
      async run({ task_id }) {
        await ask('cancel_task', task_id, taskCancelRequested, {
          owner_id: await actingOwner(deps, identity, task_id),
        });
        return { output: 'It was asked to end.' };
      },
    }),
    defineTool<{ task_id: string; content: string }>({
      name: 'post_message',
      description: 'Tells the agents of a running task something, in the user’s name.',
      input: Joi.object({ task_id: taskId, content: Joi.string().max(10_000).required() }),
      timeoutMs,
      outside: true,
      summary: ({ task_id }) => `say something to ${task_id}`,
      async run({ task_id, content }) {
        await ask('post_message', task_id, messagePostRequested, {
          owner_id: await actingOwner(deps, identity, task_id),
          content,
        });
        return { output: 'They will read it before their next answer.' };
      },
    }),
    defineTool<{ task_id: string }>({
      name: 'get_task',
      description: 'How far a task is: its plan, what the agents said last, errors, cost.',
      input: ofTask,
      timeoutMs,
      readOnly: true,
      summary: ({ task_id }) => `look at ${task_id}`,
      async run({ task_id }) {
        const task = await findOwnTask(deps, identity, task_id);
        if (!task) throw new ToolFault(`There is no task ${task_id}; one that was just made may take a moment.`);
        return { output: JSON.stringify(toShort(task)) };
      },
    }),
    defineTool<Record<never, never>>({
      name: 'list_tasks',
      description: 'The user’s newest tasks.',
      input: Joi.object({}),
      timeoutMs,
      readOnly: true,
      summary: () => 'list the tasks',
      async run() {
        const tasks =
          (await deps.taskService.find<Task[]>(`/internal/owners/${encodeURIComponent(identity.userId)}/tasks`)) ?? [];
        return { output: JSON.stringify(tasks.map(({ id, title, status }) => ({ task_id: id, title, status }))) };
      },
    }),
  ];
}

const findOwner = (deps: ChatDeps, id: string) =>
  deps.taskService.find<{ owner_id: string }>(`/internal/tasks/${encodeURIComponent(id)}/owner`);

/** Undefined for a task that the user may not see as well: its existence is not told. */
export async function findOwnTask(deps: ChatDeps, identity: Identity, id: string): Promise<Task | undefined> {
  const owner = await findOwner(deps, id);
  if (!owner || !mayIn(identity, owner.owner_id, 'viewer')) return undefined;
  return deps.taskService.find<Task>(`/tasks/${encodeURIComponent(id)}`);
}

/** The project in whose name the user may change the task; what is not the user's is refused by task-service. */
async function actingOwner(deps: ChatDeps, identity: Identity, id: string): Promise<string> {
  if (!identity.projects) return identity.userId;
  const owner = await findOwner(deps, id);
  return owner && mayIn(identity, owner.owner_id, 'editor') ? owner.owner_id : identity.userId;
}

function toShort({ id, title, status, waiting_for, plan, error, budget, messages }: Task) {
  return {
    task_id: id,
    title,
    status,
    waiting_for,
    plan: plan.map((step) => `${step.status}: ${step.description}`),
    error,
    spent_usd: budget.spent_micro_usd / 1_000_000,
    last_messages: messages.slice(-3).map(({ role, agent, content }) => `${agent ?? role}: ${content.slice(0, 500)}`),
  };
}
