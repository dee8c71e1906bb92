import { listOf } from '@builder-ai/contracts/shape';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import { TASK_STATUSES, TASK_TYPES, type Task, type TaskStatus, type TaskType } from '@builder-ai/contracts/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import { projectsOf } from '@builder-ai/platform/project-access';
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
const FIRST_PAGE = 50;

const querySchema = Joi.object<ListTasks>({
  limit: Joi.number().integer().min(1).max(100).default(FIRST_PAGE),
  cursor: Joi.string().max(300),
  status: Joi.string().valid(...TASK_STATUSES),
  project_id: Joi.string().max(100),
  type: Joi.string().valid(...TASK_TYPES),
  q: Joi.string().max(200),
});

type Page = { tasks: Task[]; next: string | null };

/** A plain array, newest first; the next page is in `Link: rel="next"`. Log lines and messages are not in lists. */
export const listTasks = endpoint<Deps, undefined, ListTasks>({
  method: 'get',
  path: '/tasks',
  access: 'task.read',
  summary: 'Lists tasks, newest first, without their log lines and messages',
  answers: { 200: listOf(taskShape) },
  query: querySchema,
  async handle({ deps, identity, query }) {
    const { limit, cursor, ...filter } = query;
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const owners = projectsOf(identity);
    const plain = limit === FIRST_PAGE && after === undefined && Object.keys(filter).length === 0;
    const page = plain
      ? await firstPage(deps, identity.userId, owners)
      : await readPage(deps, ...narrow(identity.userId, owners, filter), limit, after);
    const link =
      page.next &&
      `</tasks?${new URLSearchParams({ ...toStrings(filter), limit: String(limit), cursor: page.next })}>; rel="next"`;
    return { status: 200, body: page.tasks, headers: (link ? { link } : {}) as Record<string, string> };
  },
});

/** The personal project, and one that tasks are filtered by, hold just what their owner_id says. */
function narrow(userId: string, owners: string[], filter: ListFilter): [string[], ListFilter] {
  const { project_id, ...rest } = filter;
  if (project_id === undefined) return [owners, filter];
  if (project_id === userId) return [[userId], rest];
  return [owners.includes(project_id) ? [project_id] : [userId], filter];
}

const firstPageState = (owners: string) => `select coalesce(string_agg(id || ' ' || list_seq, ','), '') as state from (
    select id, list_seq from tasks where owner_id = ${owners} and deleted_at is null order by created_at desc, id desc limit $2
  ) page`;
/** Of one owner the index has them in order; of several they are sorted. */
const FIRST_PAGE_STATE = { ofOne: firstPageState('$1'), ofSeveral: firstPageState('any($1::text[])') };

/** The page that everybody asks for is cached and served while its rows are what they were: never stale. */
async function firstPage(deps: Deps, userId: string, owners: string[]): Promise<Page> {
  const [row] = await (owners.length === 1
    ? deps.db.query<{ state: string }>(FIRST_PAGE_STATE.ofOne, [userId, FIRST_PAGE + 1])
    : deps.db.query<{ state: string }>(FIRST_PAGE_STATE.ofSeveral, [owners, FIRST_PAGE + 1]));
  const state = row?.state ?? '';
  const key = `tasks:all:${userId}`;
  const cached = await deps.cache.get<Page & { state: string }>(key);
  if (cached?.state === state) return cached;
  return deps.loadOnce(`${key} ${state}`, async () => {
    const page = { ...(await readPage(deps, owners, {}, FIRST_PAGE)), state };
    await deps.cache.set(key, page, LIST_TTL_SECONDS);
    return page;
  });
}

async function readPage(
  deps: Deps,
  owners: string[],
  filter: ListFilter,
  limit: number,
  after?: ListPosition,
): Promise<Page> {
  const rows = await findTaskRows(deps.prisma, owners, filter, limit + 1, after);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? toCursor({ createdAt: last.created_at, id: last.id }) : null;
  return { tasks: shown.map(toSummary), next };
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
