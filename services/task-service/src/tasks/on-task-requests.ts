// What an agent in chat asks for in its user's name: the same as the user could, checked in the same way, and no more.
import { type MessagePostRequested, messagePostRequested } from '@builder-ai/contracts/events/message-post-requested';
import { type TaskCancelRequested, taskCancelRequested } from '@builder-ai/contracts/events/task-cancel-requested';
import { type TaskCreateRequested, taskCreateRequested } from '@builder-ai/contracts/events/task-create-requested';
import { type TaskRunRequested, taskRunRequested } from '@builder-ai/contracts/events/task-run-requested';
import type { Tx } from '@builder-ai/platform/database';
import { type EventConsumer, type EventContext, onEvent } from '@builder-ai/platform/inbox';
import { AppError } from '@builder-ai/platform/problem';
import { currentContext } from '@builder-ai/platform/request-context';
import type { Deps } from '../deps.ts';
import { cancel } from '../jobs/cancel-task.ts';
import { addJob, toRunCommand } from '../jobs/request-run.ts';
import { insertTasks } from './new-tasks.ts';
import { say } from './post-message.ts';
import { sanitiseGoal } from './sanitise-goal.ts';
import { titleFromGoal } from './task.ts';
import { type LockedTask, lockTask } from './task-row.ts';

const onTaskCreateRequested = onEvent<Deps, TaskCreateRequested>(
  taskCreateRequested,
  async ({ deps, tx, event, data }) => {
    if (await lockTask(tx, event.subject)) return;
    const goal = sanitiseGoal(data.goal);
    const { owner_id, type, agent_mode, approval, cap_micro_usd } = data;
    const title = titleFromGoal(goal);
    const task = { id: event.subject, owner_id, title, type, goal, project_id: null, metadata: {} };
    // None is made where the owner was deleted meanwhile.
    const [row] = await insertTasks(tx, deps.outbox, [
      { task: { ...task, agent_mode, approval, cap_micro_usd }, context: currentContext() },
    ]);
    if (row) tx.afterCommit(() => deps.counters.created.inc());
  },
);

const onTaskRunRequested = onEvent<Deps, TaskRunRequested>(taskRunRequested, (context) =>
  asItsOwner(context, async (tx, task) => {
    await addJob(context.deps, tx, task, context.data.until ?? 'end', toRunCommand);
  }),
);

const onTaskCancelRequested = onEvent<Deps, TaskCancelRequested>(taskCancelRequested, (context) =>
  asItsOwner(context, (tx, task) => cancel(context.deps, tx, task, context.data.owner_id)),
);

const onMessagePostRequested = onEvent<Deps, MessagePostRequested>(messagePostRequested, (context) =>
  asItsOwner(context, (tx, task) => say(context.deps, tx, task, context.data.content)),
);

/** What cannot be done by now is left: the agent that asked looks at the task for what became of it. */
async function asItsOwner(
  { deps, tx, event, data }: EventContext<Deps, { owner_id: string }>,
  work: (tx: Tx, task: LockedTask) => Promise<void>,
): Promise<void> {
  const task = await lockTask(tx, event.subject);
  if (!task || task.deleted_at || task.owner_id !== data.owner_id) return;
  try {
    await work(tx, task);
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    deps.logger.info('A request of a chat could not be done', { task_id: task.id, type: event.type, code: error.code });
  }
}

export const taskRequestConsumers: readonly EventConsumer<Deps>[] = [
  onTaskCreateRequested,
  onTaskRunRequested,
  onTaskCancelRequested,
  onMessagePostRequested,
];
