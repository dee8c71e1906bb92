import { TASK_STATUSES, TASK_TYPES, type Task, type TaskStatus, type TaskType } from '@builder-ai/contracts/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { findTaskRows, type ListFilter, type ListPosition } from './task-list.ts';
import { toSummary } from './task-view.ts';

type ListTasks = {
  limit: number;
  cursor?: string;
  status?: TaskStatus;
  project_id?: string;
  type?: TaskType;
  q?: string;
};

const LIST_TTL_SECONDS = 60;

const querySchema = Joi.object<ListTasks>({
  limit: Joi.number().integer().min(1).max(100).default(50),
  cursor: Joi.string().max(300),
  status: Joi.string().valid(...TASK_STATUSES),
  project_id: Joi.string().max(100),
  type: Joi.string().valid(...TASK_TYPES),
  q: Joi.string().max(200),
});

type Page = { version: number; tasks: Task[]; next: string | null };

/** A plain array, newest first; the next page is in `Link: rel="next"`. Log lines and messages are not in lists. */
export const listTasks = endpoint<Deps, undefined, ListTasks>({
  method: 'get',
  path: '/tasks',
  access: 'task.read',
  query: querySchema,
  async handle({ deps, identity, query }) {
    const { limit, cursor, ...filter } = query;
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const plain = limit === 50 && after === undefined && Object.keys(filter).length === 0;
    const page = plain
      ? await firstPage(deps, identity.userId)
      : await readPage(deps, identity.userId, filter, limit, after);
    const link =
      page.next &&
      `</tasks?${new URLSearchParams({ ...toStrings(filter), limit: String(limit), cursor: page.next })}>; rel="next"`;
    return { status: 200, body: page.tasks, headers: (link ? { link } : {}) as Record<string, string> };
  },
});

/** The page that everybody asks for is cached, under a version that the database keeps: never stale. */
async function firstPage(deps: Deps, ownerId: string): Promise<Page> {
  const [row] = await deps.db.query<{ version: number }>('select version from list_versions where owner_id = $1', [
    ownerId,
  ]);
  const version = row?.version ?? 0;
  const key = `tasks:all:${ownerId}`;
  const cached = await deps.cache.get<Page>(key);
  if (cached?.version === version) return cached;
  const page = { ...(await readPage(deps, ownerId, {}, 50)), version };
  await deps.cache.set(key, page, LIST_TTL_SECONDS);
  return page;
}

async function readPage(
  deps: Deps,
  ownerId: string,
  filter: ListFilter,
  limit: number,
  after?: ListPosition,
): Promise<Page> {
  const rows = await findTaskRows(deps.prisma, ownerId, filter, limit + 1, after);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? toCursor({ createdAt: last.created_at, id: last.id }) : null;
  return { version: 0, tasks: shown.map(toSummary), next };
}

function toCursor(position: ListPosition): string {
  return Buffer.from(JSON.stringify([position.createdAt.toISOString(), position.id])).toString('base64url');
}

// With a year of four digits: JavaScript knows times that PostgreSQL does not.
const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function readCursor(cursor: string): ListPosition {
  try {
    const [time, id]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof time === 'string' && typeof id === 'string' && ISO_TIME.test(time) && !id.includes('\0')) {
      const createdAt = new Date(time);
      if (!Number.isNaN(createdAt.getTime())) return { createdAt, id };
    }
  } catch {
    // Falls through to the same answer: the cursor is not one of ours.
  }
  throw new AppError('INPUT_INVALID', {
    errors: [{ field: 'cursor', message: 'take it from the Link header of the page before' }],
  });
}

function toStrings(filter: object): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, String(value)]));
}
