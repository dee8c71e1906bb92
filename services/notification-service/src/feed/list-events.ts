import { listOf } from '@builder-ai/contracts/shape';
import { timelineEntryShape } from '@builder-ai/contracts/shapes/timeline-entry';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { MAX_SEQ, readFeed } from './feed-store.ts';
import { findVisibleTask } from './find-visible-task.ts';
import { streamEvents } from './stream-events.ts';

type ListEvents = { after: number; limit: number; deltas: boolean };

const EVENT_STREAM = 'text/event-stream';

const querySchema = Joi.object<ListEvents>({
  after: Joi.number().integer().min(0).default(0),
  limit: Joi.number().integer().min(1).max(1_000).default(500),
  deltas: Joi.boolean()
    .default(false)
    .description('With a stream: also what models say and commands print, as it comes.'),
});

/**
 * A task's timeline after a seq: gap-free and in order. Who accepts `text/event-stream` gets it as a stream that goes on
 * with what comes; `Last-Event-ID` then says the last entry that the client has, before `after` does.
 */
export const listEvents = endpoint<Deps, undefined, ListEvents>({
  method: 'get',
  path: '/tasks/:id/events',
  access: 'task.read',
  summary: 'Lists the timeline of a task after an entry: gap-free, in order',
  answers: { 200: { ...listOf(timelineEntryShape), alsoAs: [EVENT_STREAM] } },
  headers: { 'Last-Event-ID': 'Of a stream that broke off: the last entry that the client has.' },
  errors: ['TASK_NOT_FOUND', 'RATE_LIMITED'],
  query: querySchema,
  async handle({ deps, identity, params, query, request }) {
    const taskId = params.id as string;
    const isStream = request.accepts(['application/json', EVENT_STREAM]) === EVENT_STREAM;
    const after = Math.min((isStream ? toLastId(request.get('last-event-id')) : undefined) ?? query.after, MAX_SEQ);
    const task = await findVisibleTask(deps, identity, taskId);
    if (isStream) {
      const leave = deps.limits.connect(identity.userId);
      return streamEvents(deps, { identity, taskId, task, after, deltas: query.deltas, onEnd: leave });
    }
    await deps.ahead.untilFed(taskId, task.lastSeq);
    return { status: 200, body: await readFeed(deps.db, taskId, Math.max(after, task.firstSeq - 1), query.limit) };
  },
});

function toLastId(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (!/^\d{1,15}$/.test(header)) {
    const fault = { field: 'Last-Event-ID', message: 'must be the id of an event of this stream' };
    throw new AppError('INPUT_INVALID', { errors: [fault] });
  }
  return Number(header);
}
