import { LOG_LEVELS, type LogEntry, type LogLevel } from '@builder-ai/contracts/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { getTaskRow } from './find-task.ts';

type ListLogs = { after: number; level?: LogLevel; limit: number };

const querySchema = Joi.object<ListLogs>({
  after: Joi.number().integer().min(0).default(0),
  level: Joi.string().valid(...LOG_LEVELS),
  limit: Joi.number().integer().min(1).max(1_000).default(1_000),
});

/** A task's log lines in order, from those an import brought along (which have no `seq` of ours) to the newest. */
export const listLogs = endpoint<Deps, undefined, ListLogs>({
  method: 'get',
  path: '/tasks/:id/logs',
  access: 'task.read',
  query: querySchema,
  async handle({ deps, identity, params, query }) {
    const task = await getTaskRow(deps, identity, params.id as string);
    const imported = query.after === 0 ? task.logs.filter((line) => !query.level || line.level === query.level) : [];
    const lines = await deps.db.query<{ data: LogEntry }>(
      `select data from timeline where task_id = $1 and event_type = 'log_added' and seq > $2
         and ($3::text is null or data->>'level' = $3)
       order by seq limit $4`,
      [task.id, query.after, query.level ?? null, query.limit],
    );
    return { status: 200, body: [...imported, ...lines.map((line) => line.data)] };
  },
});
