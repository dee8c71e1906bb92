// Runs that make no files leave nothing on the disk, and are read like any other.
import { existsSync } from 'node:fs';
import { taskForked } from '@builder-ai/contracts/events/task-forked';
import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { checkRuns } from '../src/doctor/check-runs.ts';
import type { Model } from '../src/models/model.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { EMPTY_TREE } from '../src/workspace/changes.ts';
import { git } from '../src/workspace/git.ts';
import { repositoryOf, taskDirectory } from '../src/workspace/workspace.ts';
import { claim, type GivenService, givenReadyRun, givenService, OWNER, undisturbed } from './given-service.ts';
import { use } from './given-tool.ts';
import { givenWorker } from './given-worker.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
  await run('nothing-task', ['nothing', 'nothing']);
  await run('late-task', ['nothing', 'a.txt', 'nothing']);
});

afterAll(() => service.close());

/** A run of which each step writes that file, or nothing. */
async function run(task: string, steps: string[]) {
  const model: Model = {
    agent: 'template',
    name: 'test',
    reserve: () => 0,
    async answer({ purpose, subject }) {
      const usage = { input_tokens: 0, output_tokens: 0, cost_micro_usd: 0 };
      if (purpose === 'plan')
        return {
          content: [{ type: 'text', text: steps.map((step, index) => `${index + 1}. ${step}`).join('\n') }],
          usage,
        };
      const path = steps[subject.step?.index ?? 0] as string;
      const written = path === 'nothing' ? [] : [use('write_file', { path, content: path })];
      return { content: [...written, use('finish_step', { result: 'Done.' })], usage };
    },
  };
  await givenReadyRun(service.deps, task);
  await executeRun(
    { ...service.deps, models: { template: model } },
    await claim(service.deps),
    silentLogger,
    undisturbed(),
  );
}

const get = async (path: string) =>
  request(service.app)
    .get(path)
    .set(await service.headersFor());

async function commitsOf(task: string): Promise<string[]> {
  const rows = await service.deps.db.query<{ commit: string }>(
    `select data->>'commit' as commit from ledger where task_id = $1 and kind = 'step.done' order by no`,
    [task],
  );
  return rows.map(({ commit }) => commit);
}

test('a run that makes no files leaves nothing on the disk, and all that can be asked about it is answered', async () => {
  expect(existsSync(taskDirectory(service.deps.workspaceRoot, 'nothing-task'))).toBe(false);
  const [commit, second] = await commitsOf('nothing-task');
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect(second).toBe(commit);
  for (const path of ['files', `files?commit=${commit}`]) {
    const { status, body } = await get(`/tasks/nothing-task/${path}`);
    expect({ path, status, body }).toEqual({ path, status: 200, body: [] });
  }
  expect((await get('/tasks/nothing-task/files/a.txt')).body.code).toBe('FILE_NOT_FOUND');
  expect((await get('/tasks/nothing-task/diff')).text).toBe('');
  expect((await get('/tasks/nothing-task/diff?step=1')).text).toBe('');
  expect((await get('/tasks/nothing-task/diff?with=late-task')).text).toMatch(/^new file mode/m);
  expect((await get('/tasks/late-task/diff?with=nothing-task')).text).toMatch(/^deleted file mode/m);
  expect((await get('/tasks/nothing-task/recording')).status).toBe(200);
  const headers = await service.headersFor();
  const zip = await request(service.app).get('/tasks/nothing-task/archive').set(headers).responseType('blob');
  const gitDir = repositoryOf(service.deps.workspaceRoot, 'late-task');
  expect(zip.body).toEqual(await git(['archive', '--format=zip', EMPTY_TREE], { gitDir }));
  expect(await checkRuns(service.deps.db, service.deps.workspaceRoot)).toEqual([]);
  expect(existsSync(taskDirectory(service.deps.workspaceRoot, 'nothing-task'))).toBe(false);
});

test('files that come later are in a history that begins with nothing; a step that changes nothing after them has its own commit', async () => {
  const commits = await commitsOf('late-task');
  const gitDir = repositoryOf(service.deps.workspaceRoot, 'late-task');
  const read = async (...args: string[]) => (await git(args, { gitDir })).toString('utf8').trim();
  expect((await read('log', '--reverse', '--format=%H %s')).split('\n')).toEqual([
    `${commits[0]} Nothing yet`,
    `${commits[1]} a.txt`,
    `${commits[2]} nothing`,
  ]);
  expect(await read('fsck', '--strict', '--full', '--no-dangling')).toBe('');
  const pathsAt = async (commit?: string) =>
    (await get(`/tasks/late-task/files?commit=${commit}`)).body.map(({ path }: { path: string }) => path);
  expect(await Promise.all(commits.map(pathsAt))).toEqual([[], ['a.txt'], ['a.txt']]);
});

test('a fork of it leaves nothing either, and goes on from nothing with a history that is whole', async () => {
  const worker = givenWorker(service.deps, service.database.url);
  const forked = { ...taskForked.sample, owner_id: OWNER, agent_mode: 'template' as const };
  const after = { kind: 'step' as const, step: 0 };
  await worker.says('fork', taskForked, { ...forked, parent_id: 'nothing-task', after });
  await worker.close();
  expect((await get('/tasks/fork/files')).body).toEqual([]);
  expect((await get('/tasks/fork/diff?with=late-task')).text).toMatch(/^new file mode/m);
  expect(existsSync(taskDirectory(service.deps.workspaceRoot, 'fork'))).toBe(false);
  await run('fork', ['nothing', 'b.txt']);
  const gitDir = repositoryOf(service.deps.workspaceRoot, 'fork');
  expect((await git(['log', '--format=%H'], { gitDir })).toString('utf8').trim().split('\n')).toEqual(
    (await commitsOf('fork')).reverse(),
  );
  expect((await git(['fsck', '--strict', '--full', '--no-dangling'], { gitDir })).toString('utf8')).toBe('');
  expect(await checkRuns(service.deps.db, service.deps.workspaceRoot)).toEqual([]);
});
