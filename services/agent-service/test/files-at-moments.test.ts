// The workspace as it was after a step, and as it differs from another task's.
import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { executeRun } from '../src/runs/execute-run.ts';
import { claim, type GivenService, givenReadyRun, givenService, OWNER, undisturbed } from './given-service.ts';

let service: GivenService;
let commits: string[];

beforeAll(async () => {
  service = await givenService({ tasks: { 'fresh-task': OWNER } });
  await build('page-task', 'build a landing page with a contact form');
  await build('other-task', 'build a to-do app');
  const rows = await service.deps.db.query<{ commit: string }>(
    `select data->>'commit' as commit from ledger where task_id = 'page-task' and kind = 'step.done' order by no`,
  );
  commits = rows.map(({ commit }) => commit);
});

afterAll(() => service.close());

async function build(taskId: string, goal: string) {
  await givenReadyRun(service.deps, taskId, { goal });
  await executeRun(service.deps, await claim(service.deps), silentLogger, undisturbed());
}

async function get(path: string, userId = OWNER) {
  return request(service.app)
    .get(path)
    .set(await service.headersFor(userId));
}

const pathsAt = async (commit?: string) =>
  (await get(`/tasks/page-task/files${commit ? `?commit=${commit}` : ''}`)).body.map(
    ({ path }: { path: string }) => path,
  );

test('200: the files as they were after each step, the last of which is now', async () => {
  const first = await pathsAt(commits[0]);
  expect(first).toContain('index.html');
  expect(first).not.toContain('README.md');
  expect(await pathsAt(commits.at(-1))).toEqual(await pathsAt());
  const { status, text } = await get(`/tasks/page-task/files/index.html?commit=${commits[0]}`);
  expect(status).toBe(200);
  expect(text).toContain('<html');
  expect((await get(`/tasks/page-task/files/README.md?commit=${commits[0]}`)).body.code).toBe('FILE_NOT_FOUND');
});

test("404: a commit that no step of this task ended with, were it another task's; 400: what is no commit", async () => {
  for (const commit of ['0'.repeat(40), commits[0]]) {
    expect((await get(`/tasks/other-task/files?commit=${commit}`)).body.code).toBe('FILE_NOT_FOUND');
  }
  expect((await get('/tasks/page-task/files?commit=HEAD')).status).toBe(400);
});

test("200: what differs in another task's files, though each has a repository of its own", async () => {
  const { status, text } = await get('/tasks/page-task/diff?with=other-task');
  expect(status).toBe(200);
  expect(text).toMatch(/^deleted file mode/m);
  expect(text).toMatch(/^new file mode/m);
  expect((await get('/tasks/page-task/diff?with=page-task')).text).toBe('');
});

test('200: a task that was never run has no files to differ', async () => {
  expect((await get('/tasks/fresh-task/diff?with=page-task')).text).toMatch(/^new file mode/m);
  expect((await get('/tasks/page-task/diff?with=fresh-task')).text).toMatch(/^deleted file mode/m);
  expect((await get('/tasks/fresh-task/diff?with=fresh-task')).text).toBe('');
});

test("404: another owner's task, on either side; 400: with a step as well", async () => {
  await givenReadyRun(service.deps, 'of-somebody', { owner_id: 'somebody' });
  for (const path of ['/tasks/page-task/diff?with=of-somebody', '/tasks/of-somebody/diff?with=page-task']) {
    expect((await get(path)).body.code).toBe('TASK_NOT_FOUND');
  }
  expect((await get('/tasks/page-task/diff?with=other-task&step=0')).status).toBe(400);
});
