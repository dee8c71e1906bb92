// What goes over the socket (socket.io at path /ws), by its event's name: for the AsyncAPI document.
import Joi from 'joi';
import { commandOutput } from '../events/command-output.ts';
import { messageDelta } from '../events/message-delta.ts';
import { defineShape, type Shape } from '../shape.ts';
import type { TaskDelta } from '../task.ts';
import { id, SAMPLE_ID } from './fields.ts';
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
  schema: Joi.object({ task_id: id, seq: seq.required(), first_seq: seq }),
  sample: { task_id: SAMPLE_ID, seq: 40 },
});

export const socketMessages: readonly SocketMessage[] = [
  {
    event: 'subscribe_task',
    from: 'client',
    doc: 'Watches a task. Acknowledged with {ok: true, seq}, or {ok: false, code, message}; with `after` everything later comes first.',
    shape: subscribe as Shape,
  },
  { event: 'unsubscribe_task', from: 'client', doc: 'Watches it no more.', shape: unsubscribe as Shape },
  { event: 'task_event', from: 'server', doc: 'An entry of the timeline.', shape: timelineEntryShape as Shape },
  { event: 'task_update', from: 'server', doc: 'The whole task, at most each 100 ms.', shape: taskShape as Shape },
  {
    event: 'task_delta',
    from: 'server',
    doc: 'A piece of what a model says or a command prints; it may be lost.',
    shape: taskDelta as Shape,
  },
  { event: 'reset', from: 'server', doc: 'Read the feed again from your last seq on.', shape: reset as Shape },
];
