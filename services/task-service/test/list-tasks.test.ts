import type { Task } from '@builder-ai/contracts/task';
import { openDatabase } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import request from 'supertest';
import { PrismaClient } from '../src/generated/prisma/client.ts';
import { type GivenService, givenService, givenTask, OWNER, STRANGER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const ids = (body: Task[]) => body.map((task) => task.id);

/** The address of the next page, from the Link header. */
const nextOf = (headers: Record<string, string>) => headers.link?.match(/^<([^>]+)>; rel="next"$/)?.[1];

/** Every task of an owner, page by page. */
async function walk(path: string, owner: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let next: string | undefined = path; next; ) {
    const { status, body, headers } = await service.get(next, owner);
    expect(status).toBe(200);
    pages.push(ids(body));
    next = nextOf(headers);
  }
  return pages;
}

/** Tasks that were created at one moment: only their ids tell them apart. */
async function givenTwins(owner: string, count: number): Promise<string[]> {
  const made: string[] = [];
  for (let n = 0; n < count; n += 1) made.push(await givenTask(service, { goal: `task ${n}` }, owner));
  await service.deps.db.query(`update tasks set created_at = '2026-01-01T00:00:00.123Z' where owner_id = $1`, [owner]);
  return made.sort().reverse();
}

describe('GET /tasks', () => {
  test('200: a plain array, newest first, of the caller alone', async () => {
    const first = await givenTask(service, { goal: 'first' });
    await givenTask(service, {}, STRANGER);
    const second = await givenTask(service, { goal: 'second' });
    const { status, body, headers } = await service.get('/tasks');
    expect([status, ids(body), headers.link]).toEqual([200, [second, first], undefined]);
    expect((await service.get('/tasks', 'nobody')).body).toEqual([]);
  });

  test('200: an entry is the task without its log lines and messages', async () => {
    const id = await givenTask(service, { goal: 'a page', metadata: { a: 1 } }, 'summary');
    await service.agent.plans(id, ['one']);
    await service.agent.logs(id, 'a line', 0);
    const whole = (await service.get(`/tasks/${id}`, 'summary')).body;
    expect(whole.logs).toHaveLength(1);
    const [summary] = (await service.get('/tasks?limit=1', 'summary')).body;
    expect(summary).toEqual({ ...whole, logs: [], plan: [{ ...whole.plan[0], logs: [] }] });
  });

  test('200: 50 at a time by default', async () => {
    const made = await givenTwins('fifty-one', 51);
    expect(await walk('/tasks', 'fifty-one')).toEqual([made.slice(0, 50), made.slice(50)]);
  });

  test.each([1, 3, 7, 100])(
    '200: pages of %d miss and repeat nothing, though all were created at one moment',
    async (n) => {
      const owner = `twins-${n}`;
      const made = await givenTwins(owner, 7);
      const pages = await walk(`/tasks?limit=${n}`, owner);
      expect(pages.flat()).toEqual(made);
      expect(pages.map((page) => page.length <= n)).not.toContain(false);
      expect(pages).toHaveLength(Math.ceil(7 / n));
    },
  );

  test('200: a task created meanwhile does not move the next page', async () => {
    const made = await givenTwins('meanwhile', 4);
    const { headers } = await service.get('/tasks?limit=2', 'meanwhile');
    await givenTask(service, {}, 'meanwhile');
    expect(ids((await service.get(nextOf(headers) ?? '', 'meanwhile')).body)).toEqual(made.slice(2));
  });

  test("200: one owner's cursor shows another nothing of theirs", async () => {
    await givenTwins('cursor-owner', 3);
    const { headers } = await service.get('/tasks?limit=1', 'cursor-owner');
    expect((await service.get(nextOf(headers) ?? '', 'nobody')).body).toEqual([]);
  });

  test('200: filters, alone and together, also on the pages that follow', async () => {
    const owner = 'filters';
    const fix = await givenTask(service, { goal: 'mend it', type: 'fix' }, owner);
    const docs = await givenTask(service, { goal: 'write it', type: 'docs' }, owner);
    // As an import brings them along: a word of the user's own, not one of our projects.
    await service.deps.db.query('update tasks set project_id = $1 where id = any($2)', ['p 1&x=y', [fix, docs]]);
    const other = await givenTask(service, { goal: 'other', type: 'docs' }, owner);
    await service.agent.plans(other, ['one']);
    await service.deps.db.query(`update tasks set status = 'in_progress' where id = $1`, [other]);
    const found = async (query: string) => ids((await service.get(`/tasks?${query}`, owner)).body);
    expect(await found('type=fix')).toEqual([fix]);
    expect(await found('status=in_progress')).toEqual([other]);
    expect(await found('status=queued')).toEqual([docs, fix]);
    expect(await found('project_id=p%201%26x%3Dy')).toEqual([docs, fix]);
    expect(await found('project_id=p%201%26x%3Dy&type=docs')).toEqual([docs]);
    expect(await found('status=failed')).toEqual([]);
    expect(await walk('/tasks?limit=1&project_id=p%201%26x%3Dy&status=queued', owner)).toEqual([[docs], [fix]]);
  });

  test('200: q finds text in title and goal, whatever its case', async () => {
    const owner = 'search';
    const inTitle = await givenTask(service, { goal: 'x', title: 'The Übersicht' }, owner);
    const inGoal = await givenTask(service, { goal: 'eine übersicht', title: 'y' }, owner);
    await givenTask(service, { goal: 'nothing of it' }, owner);
    const { body } = await service.get(`/tasks?q=${encodeURIComponent('ÜBERSICHT')}`, owner);
    expect(ids(body)).toEqual([inGoal, inTitle]);
  });

  test.each(['100%', 'a_b', 'back\\slash', "it's", '"', '%_\\'])('200: q takes %s as text', async (text) => {
    const owner = `text ${text}`;
    const wanted = await givenTask(service, { goal: `before ${text} after` }, owner);
    await givenTask(service, { goal: 'before 100 axb backslash its after' }, owner);
    expect(ids((await service.get(`/tasks?q=${encodeURIComponent(text)}`, owner)).body)).toEqual([wanted]);
  });

  test('200: deleted tasks are not shown', async () => {
    const id = await givenTask(service, {}, 'deleter');
    await service.deps.db.query('update tasks set deleted_at = now() where id = $1', [id]);
    expect((await service.get('/tasks?limit=10', 'deleter')).body).toEqual([]);
  });

  test.each([
    ['limit', 'limit=0'],
    ['limit', 'limit=101'],
    ['limit', 'limit=ten'],
    ['limit', 'limit=1.5'],
    ['status', 'status=done'],
    ['status', 'status=queued&status=failed'],
    ['type', 'type=deploy'],
    ['project_id', 'project_id='],
    ['project_id', `project_id=${'x'.repeat(101)}`],
    ['q', `q=${'x'.repeat(201)}`],
    ['q', 'q=a%00b'],
    ['project_id', 'project_id=%00'],
    ['page', 'page=2'],
    ['cursor', 'cursor='],
    ['cursor', 'cursor=nonsense'],
    ['cursor', `cursor=${toCursor('yesterday', 'id')}`],
    ['cursor', `cursor=${toCursor(null, 'id')}`],
    ['cursor', `cursor=${toCursor(5, 'id')}`],
    ['cursor', `cursor=${toCursor('2026-01-01T00:00:00.000Z', 7)}`],
    ['cursor', `cursor=${toCursor('2026-01-01T00:00:00.000Z', 'a\0b')}`],
    ['cursor', `cursor=${toCursor('+275760-09-13T00:00:00.000Z', 'id')}`],
    ['cursor', `cursor=${toCursor('-271821-04-20T00:00:00.000Z', 'id')}`],
    ['cursor', `cursor=${'x'.repeat(301)}`],
  ])('400: a fault in %s (%#)', async (field, query) => {
    const { status, body } = await service.get(`/tasks?${query}`);
    expect([status, body.code]).toEqual([400, 'INPUT_INVALID']);
    expect(body.errors[0].field).toBe(field);
  });

  test('401: without identity', async () => {
    expect((await request(service.app).get('/tasks')).status).toBe(401);
  });

  test('503: the database is away, for a page that the cache never has', async () => {
    const db = openDatabase({ url: 'postgresql://127.0.0.1:9/none', name: 'away', logger: silentLogger });
    const prisma = new PrismaClient({ adapter: new PrismaPg(db.pool) });
    const away = await service.replica({ db, prisma });
    const { status, body } = await away.get('/tasks?limit=1');
    await prisma.$disconnect();
    await db.close();
    expect([status, body.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  });

  test('403: a caller who may do nothing', async () => {
    expect((await service.get('/tasks', { userId: OWNER, kind: 'user', scopes: [] })).status).toBe(403);
  });
});

function toCursor(time: unknown, id: unknown): string {
  return Buffer.from(JSON.stringify([time, id])).toString('base64url');
}
