import { listOf } from '@builder-ai/contracts/shape';
import { logEntryShape } from '@builder-ai/contracts/shapes/log-entry';
import { LOG_LEVELS, type LogEntry, type LogLevel } from '@builder-ai/contracts/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { getTaskRow } from './find-task.ts';

type ListLogs = { after?: number; level?: LogLevel; limit: number };

// The largest number that the database's column holds.
const MAX_SEQ = 2 ** 31 - 1;

const querySchema = Joi.object<ListLogs>({
  after: Joi.number().integer().min(-MAX_SEQ).max(MAX_SEQ),
  level: Joi.string().valid(...LOG_LEVELS),
  limit: Joi.number().integer().min(1).max(1_000).default(1_000),
});

/** A task's log lines in order; those that an import brought along come first, with numbers below 0. */
export const listLogs = endpoint<Deps, undefined, ListLogs>({
  method: 'get',
  path: '/tasks/:id/logs',
  access: 'task.read',
  summary: 'Lists the log lines of a task in order',
  answers: { 200: listOf(logEntryShape) },
  errors: ['TASK_NOT_FOUND'],
  query: querySchema,
  async handle({ deps, identity, params, query }) {
    const task = await getTaskRow(deps, identity, params.id as string);
    const { after = -MAX_SEQ, level, limit } = query;
    const imported = task.logs.filter((line) => line.seq > after && (!level || line.level === level)).slice(0, limit);
    const lines = await deps.db.query<{ data: LogEntry }>(
      `select data from timeline where task_id = $1 and event_type = 'log_added' and seq > $2
         and ($3::text is null or data->>'level' = $3)
       order by seq limit $4`,
      [task.id, after, level ?? null, limit - imported.length],
    );
    return { status: 200, body: [...imported, ...lines.map((line) => line.data)] };
  },
});
