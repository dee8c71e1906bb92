import { messagePosted } from '@builder-ai/contracts/events/message-posted';
import { messageAddedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import type { Tx } from '@builder-ai/platform/database';
import { endpoint } from '@builder-ai/platform/endpoint';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { hasRun } from '../jobs/job.ts';
import { changeTask } from './change-task.ts';
import { getTaskView } from './find-task.ts';
import type { LockedTask } from './task-row.ts';
import { appendToTimeline } from './timeline.ts';

type PostMessage = { content: string };

const MAX_MESSAGE_LENGTH = 10_000;

/** Says something to the agents: they read it before their next answer, now or when the task goes on. */
export const postMessage = endpoint<Deps, PostMessage>({
  method: 'post',
  path: '/tasks/:id/messages',
  access: 'task.run',
  summary: 'Says something to the agents of a task',
  answers: { 200: taskShape },
  errors: ['TASK_NOT_FOUND', 'NOT_RUNNING'],
  bodySample: { content: 'Make it blue.' },
  body: Joi.object<PostMessage, true>({ content: Joi.string().trim().max(MAX_MESSAGE_LENGTH).required() }),
  async handle(context) {
    const { deps, body, identity, params } = context;
    await changeTask(context, body, (tx, task) => say(deps, tx, task, body.content));
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});

/** @throws AppError NOT_RUNNING when nobody would hear it */
export async function say(deps: Deps, tx: Tx, task: LockedTask, content: string): Promise<void> {
  if (!(await hasRun(tx, task))) throw new AppError('NOT_RUNNING');
  await appendToTimeline(tx, deps.outbox, task, messageAddedEntry, { role: 'user', agent: null, content });
  await deps.outbox.add(tx, task.id, [entry(messagePosted, { content }, { ownerId: task.owner_id })]);
}
