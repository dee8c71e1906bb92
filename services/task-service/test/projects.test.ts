// Tasks of a project: its members see them, editors change them, nobody else knows of them.
import type { Identity, Role } from '@builder-ai/contracts/identity';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { endpoints } from '../src/app.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';

const PROJECT = '01890000-0000-7000-8000-000000000001';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const member = (userId: string, role: Role, project = PROJECT): Identity => ({
  userId,
  kind: 'user',
  scopes: ['read', 'run', 'admin'],
  projects: { [project]: role },
});
const editor = member('editor', 'editor');
const viewer = member('viewer', 'viewer');
/** Made a task there once, and has left since. */
const former: Identity = { userId: 'editor', kind: 'user', scopes: ['read', 'run', 'admin'] };
const elsewhere = member('elsewhere', 'owner', '01890000-0000-7000-8000-000000000002');

const create = (body: object, caller: Identity) =>
  service.post('/tasks', { type: 'build', goal: 'a page', ...body }, {}, caller);
const givenProjectTask = async () => (await create({ project_id: PROJECT }, editor)).body.id as string;
const listed = async (path: string, caller: Identity | string) =>
  (await service.get(path, caller)).body.map((task: { id: string }) => task.id) as string[];

/** Every endpoint about one task that the gateway routes, with a body that it takes. */
const BODIES: Record<string, object> = {
  '/tasks/:id': { budget: { cap_micro_usd: 1 } },
  '/tasks/:id/answer': { answer: 'x' },
  '/tasks/:id/messages': { content: 'x' },
  '/tasks/:id/fork': { at_step: 0 },
  '/tasks/:id/resolve': { call_id: '1.1.1', decision: 'redo' },
};
const changes = endpoints
  .filter(({ method, path }) => method !== 'get' && path.startsWith('/tasks/:id'))
  .map(({ method, path }) => [method, path] as const);

describe('creating in a project', () => {
  test('200 for an editor: the task is the project’s', async () => {
    const { status, body } = await create({ project_id: PROJECT }, editor);
    expect([status, body.project_id]).toEqual([200, PROJECT]);
  });

  test.each([
    ['403 for a viewer', viewer, 403, 'FORBIDDEN'],
    ['404 for a member of another project', elsewhere, 404, 'PROJECT_NOT_FOUND'],
    ['404 for a member of none', former, 404, 'PROJECT_NOT_FOUND'],
  ])('%s, and nothing is made', async (_name, caller, status, code) => {
    const before = await service.deps.db.query('select 1 from tasks');
    const answer = await create({ project_id: PROJECT }, caller);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await service.deps.db.query('select 1 from tasks')).toHaveLength(before.length);
  });

  test('200: a task without a project, or in the personal one, which has the user’s id, is the user’s alone', async () => {
    for (const project_id of [undefined, null, 'viewer']) {
      const { status, body } = await create({ project_id }, viewer);
      expect([status, body.project_id]).toEqual([200, null]);
      expect((await service.get(`/tasks/${body.id}`, editor)).status).toBe(404);
    }
    expect((await create({ project_id: 'editor' }, viewer)).status).toBe(404);
  });
});

describe('reading a task of a project', () => {
  test('200 for every member; 404 for everybody else, also for who made it and has left', async () => {
    const id = await givenProjectTask();
    for (const path of [`/tasks/${id}`, `/tasks/${id}/logs`]) {
      for (const caller of [editor, viewer]) expect((await service.get(path, caller)).status).toBe(200);
      for (const caller of [former, elsewhere, OWNER]) {
        const { status, body } = await service.get(path, caller);
        expect([status, body.code]).toEqual([404, 'TASK_NOT_FOUND']);
      }
    }
  });

  test('200: lists show the tasks of all one’s projects, or of the one asked for', async () => {
    const reader = member('reader', 'viewer');
    const shared = await givenProjectTask();
    const own = (await create({}, reader)).body.id;
    const all = await listed('/tasks', reader);
    expect(all.slice(0, 2)).toEqual([own, shared]);
    expect(await listed('/tasks?limit=2', reader)).toEqual([own, shared]);
    expect(await listed('/tasks?project_id=reader', reader)).toEqual([own]);
    const ofProject = await listed(`/tasks?project_id=${PROJECT}`, reader);
    expect([ofProject.includes(shared), ofProject.includes(own)]).toEqual([true, false]);
    expect(await listed(`/tasks?project_id=${PROJECT}`, elsewhere)).toEqual([]);
    expect(await listed('/tasks', elsewhere)).toEqual([]);
  });

  test('200: the cached list of somebody who has left forgets the project at once', async () => {
    const leaver = member('leaver', 'viewer');
    const shared = await givenProjectTask();
    expect(await listed('/tasks', leaver)).toContain(shared);
    const { projects: _left, ...alone } = leaver;
    expect(await listed('/tasks', alone)).toEqual([]);
  });
});

describe.each(changes)('%s %s', (method, path) => {
  const change = async (caller: Identity) => {
    const id = await givenProjectTask();
    const to = path.replace(':id', id);
    const body = BODIES[path] ?? {};
    if (method === 'delete') return service.delete(to, caller);
    return method === 'patch'
      ? service.patch(to, body, await service.headersFor(caller))
      : service.post(to, body, { prefer: 'respond-async' }, caller);
  };

  test('403 for a viewer, 404 for everybody else, and neither for an editor', async () => {
    const refused = await change(viewer);
    expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN']);
    for (const caller of [former, elsewhere]) {
      const unknown = await change(caller);
      expect([unknown.status, unknown.body.code]).toEqual([404, 'TASK_NOT_FOUND']);
    }
    expect([403, 404]).not.toContain((await change(editor)).status);
  });
});
