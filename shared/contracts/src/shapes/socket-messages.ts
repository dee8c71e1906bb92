// What goes over the socket (socket.io at path /ws), by its event's name: for the AsyncAPI document.
import Joi from 'joi';
import { commandOutput } from '../events/command-output.ts';
import { messageDelta } from '../events/message-delta.ts';
import { defineShape, type Shape } from '../shape.ts';
import type { TaskDelta } from '../task.ts';
import { id, SAMPLE_ID } from './fields.ts';
import { notificationShape } from './notification.ts';
import { taskShape } from './task.ts';
import { timelineEntryShape } from './timeline-entry.ts';

export type SocketMessage = { event: string; from: 'client' | 'server'; doc: string; shape: Shape };

const seq = Joi.number().integer().min(0);

const taskDelta = defineShape<TaskDelta>({
  name: 'TaskDelta',
  schema: Joi.alternatives(
    Joi.object({ task_id: id, event_type: Joi.string().valid('message_delta').required(), data: messageDelta.schema }),
    Joi.object({
      task_id: id,
      event_type: Joi.string().valid('command_output').required(),
      data: commandOutput.schema,
    }),
  ) as Joi.Schema<TaskDelta>,
  sample: { task_id: SAMPLE_ID, event_type: 'message_delta', data: messageDelta.sample },
});

const subscribe = defineShape({
  schema: Joi.array()
    .ordered(id, Joi.object({ after: seq.description('The last seq that the client has.') }))
    .min(1),
  sample: [SAMPLE_ID, { after: 12 }],
});

const unsubscribe = defineShape({ schema: Joi.array().ordered(id).min(1), sample: [SAMPLE_ID] });

const reset = defineShape({
  schema: Joi.alternatives(
    Joi.object({ task_id: id, seq: seq.required(), first_seq: seq }),
    Joi.object({ project_id: id, deleted_task_id: Joi.string().description('A task of it that was deleted.') }),
  ),
  sample: { task_id: SAMPLE_ID, seq: 40 },
});

const ofProject = defineShape({
  schema: Joi.array().ordered(id.allow(null).description('Null: the personal project.')).min(1),
  sample: [SAMPLE_ID],
});

const projectUpdate = defineShape({
  schema: Joi.object({ project_id: id, task: taskShape.schema }),
  sample: { project_id: SAMPLE_ID, task: taskShape.sample },
});

export const socketMessages: readonly SocketMessage[] = [
  {
    event: 'subscribe_task',
    from: 'client',
    doc: 'Watches a task. Acknowledged with {ok: true, seq}, or {ok: false, code, message}; with `after` everything later comes first.',
    shape: subscribe as Shape,
  },
  { event: 'unsubscribe_task', from: 'client', doc: 'Watches it no more.', shape: unsubscribe as Shape },
  {
    event: 'subscribe_project',
    from: 'client',
    doc: 'Watches the tasks of a project as lists show them. Acknowledged as subscribe_task is.',
    shape: ofProject as Shape,
  },
  { event: 'unsubscribe_project', from: 'client', doc: 'Watches them no more.', shape: ofProject as Shape },
  { event: 'task_event', from: 'server', doc: 'An entry of the timeline.', shape: timelineEntryShape as Shape },
  { event: 'task_update', from: 'server', doc: 'The whole task, at most each 100 ms.', shape: taskShape as Shape },
  {
    event: 'task_delta',
    from: 'server',
    doc: 'A piece of what a model says or a command prints; it may be lost.',
    shape: taskDelta as Shape,
  },
  {
    event: 'project_update',
    from: 'server',
    doc: 'A task of a project that is watched, as lists show it: without log lines, messages and transcript.',
    shape: projectUpdate as Shape,
  },
  {
    event: 'notification',
    from: 'server',
    doc: 'Something for the user, of a project that they are a member of; nothing needs to be subscribed.',
    shape: notificationShape as Shape,
  },
  {
    event: 'reset',
    from: 'server',
    doc: 'Of a task: read the feed again from your last seq on. Of a project: read its list again.',
    shape: reset as Shape,
  },
];
