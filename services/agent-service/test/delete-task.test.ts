// A task that is deleted: its run ends, then all that it made goes, and nothing else does.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { taskDeleted } from '@builder-ai/contracts/events/task-deleted';
import { taskForked } from '@builder-ai/contracts/events/task-forked';
import { userDeleted } from '@builder-ai/contracts/events/user-deleted';
import { silentLogger } from '@builder-ai/platform/logger';
import { startRetention } from '@builder-ai/platform/retention';
import { deliverWithKill } from '@builder-ai/testing/deliver-with-kill';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { keepConversation } from '../src/chat/conversation-store.ts';
import { eventConsumers } from '../src/consumers.ts';
import { removeDeletedOwners } from '../src/deletion/remove-owners.ts';
import { removeDeletedRuns, removeLeftovers } from '../src/deletion/remove-runs.ts';
import { checkRuns } from '../src/doctor/check-runs.ts';
import { findRecordedTree } from '../src/ledger/read-ledger.ts';
import { TOLD_EVENTS } from '../src/recording/read-events.ts';
import { listFiles } from '../src/workspace/tree-files.ts';
import { repositoryOf, taskDirectory } from '../src/workspace/workspace.ts';
import { type ControlledRun, givenControlledRun, twoSteps } from './given-controlled-run.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';

let service: GivenService;
let run: ControlledRun;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

afterEach(() => run.close());

const deleted = (forks: string[] = []) => run.says(run.task, taskDeleted, { deleted_by: OWNER, forks });
const count = async (table: string, task = run.task) =>
  (await service.deps.db.query<{ n: number }>(`select count(*) as n from ${table} where task_id = $1`, [task]))[0]?.n;
const isOnDisk = (task = run.task) => existsSync(taskDirectory(service.deps.workspaceRoot, task));
const check = () => checkRuns(service.deps.db, service.deps.workspaceRoot);
const get = async (path: string) =>
  request(service.app)
    .get(path)
    .set(await service.headersFor());

async function givenFinishedRun(): Promise<void> {
  run = await givenControlledRun(service, twoSteps);
  await run.run();
  await run.stands('ended');
}

test('a model call in flight is stopped; then files, ledger and commands go, and what was spent still counts', async () => {
  let hung = false;
  run = await givenControlledRun(service, twoSteps, {
    fault: ({ step, results }) => {
      if (hung || `${step}.${results}` !== '2.1') return undefined;
      hung = true;
      return { kind: 'hang' };
    },
  });
  await run.run();
  await eventually(() => run.asked().includes('2.1'));
  expect(isOnDisk()).toBe(true);
  await deleted();
  // Nothing is removed from under a worker that still drives it.
  await run.stands('ended');
  const before = await run.money();
  expect(before).toMatchObject({ reserved: 0, spent: expect.any(Number) });
  expect(await removeDeletedRuns(service.deps)).toBe(1);
  expect([isOnDisk(), await count('ledger'), await count('commands')]).toEqual([false, 0, 0]);
  expect(await run.money()).toEqual(before);
  expect(await service.deps.db.query('select goal from runs where task_id = $1', [run.task])).toEqual([{ goal: '' }]);
  expect(await check()).toEqual([]);
  expect(run.asked().at(-1)).toBe('2.1');
});

test('nothing of it is shown from the event on', async () => {
  await givenFinishedRun();
  const { url } = (await get(`/tasks/${run.task}/preview`)).body;
  expect((await get(`${url}1/1.txt`)).status).toBe(200);
  await deleted();
  for (const path of ['files', 'archive', 'diff?step=0', 'usage', 'recording', 'preview'])
    expect([path, (await get(`/tasks/${run.task}/${path}`)).status]).toEqual([path, 404]);
  expect((await get(`${url}1/1.txt`)).status).toBe(404);
  await removeDeletedRuns(service.deps);
});

test('what it told is not kept for recordings either, whether that was moved there before or would be now', async () => {
  await givenFinishedRun();
  const { db } = service.deps;
  await db.query('delete from outbox_waiting where position in (select position from outbox where key = $1)', [
    run.task,
  ]);
  const published = 'select position from outbox except select position from outbox_waiting';
  const told = async () => (await db.query('select 1 from told_events where key = $1', [run.task])).length;
  const move = async () => {
    const settings = { OUTBOX_RETENTION_HOURS: 1e-9, INBOX_RETENTION_HOURS: 192, KAFKA_TOPIC_RETENTION_HOURS: 168 };
    const timing = { firstMs: 0, everyMs: 60_000 };
    const retention = startRetention({ db, logger: silentLogger, settings, archive: TOLD_EVENTS, timing });
    await eventually(async () => (await db.query(published)).length === 0);
    await retention.close();
  };
  await move();
  expect(await told()).toBeGreaterThan(0);
  await deleted();
  await db.query(
    `insert into outbox (id, topic, key, no, event, sent_at) values (gen_random_uuid(), 'agent.events', $1, 1000, '{}', now())`,
    [run.task],
  );
  await removeDeletedRuns(service.deps);
  expect(await told()).toBe(0);
  await move();
  expect(await told()).toBe(0);
});

test('a run that waits ends without a worker; told again, or run again, it stays as it is', async () => {
  run = await givenControlledRun(service, twoSteps);
  await run.run({ cap_micro_usd: 100_000 });
  await run.stands('idle');
  await deleted();
  expect((await run.money())?.state).toBe('ended');
  await deleted();
  await run.run();
  expect(await removeDeletedRuns(service.deps)).toBe(1);
  expect(await removeDeletedRuns(service.deps)).toBe(0);
  await run.run();
  expect((await run.money())?.state).toBe('ended');
  expect(await count('commands')).toBe(0);
  expect(await service.deps.db.query('select 1 from dead_letters')).toEqual([]);
});

test('what a fork takes from it stays until the fork has it', async () => {
  await givenFinishedRun();
  const fork = `fork-of-${run.task}`;
  await deleted([fork]);
  expect(await removeDeletedRuns(service.deps)).toBe(0);
  expect(isOnDisk()).toBe(true);
  await run.says(fork, taskForked, {
    ...taskForked.sample,
    owner_id: OWNER,
    parent_id: run.task,
    after: { kind: 'step', step: 0 },
  });
  expect(await removeDeletedRuns(service.deps)).toBe(1);
  expect(isOnDisk()).toBe(false);
  const tree = await findRecordedTree(service.deps.db, fork);
  const files = tree && (await listFiles(repositoryOf(service.deps.workspaceRoot, fork), tree));
  expect(files?.filter(({ type }) => type === 'file').map(({ path }) => path)).toEqual(['1/1.txt', '1/2.txt']);
  expect(await check()).toEqual([]);
});

test('a removal that was cut off after the files is finished; what a paused worker writes later is found and removed', async () => {
  await givenFinishedRun();
  await deleted();
  await rm(taskDirectory(service.deps.workspaceRoot, run.task), { recursive: true });
  expect(await removeDeletedRuns(service.deps)).toBe(1);
  const late = join(taskDirectory(service.deps.workspaceRoot, run.task), '7', 'workspace');
  await mkdir(late, { recursive: true });
  await writeFile(join(late, 'late.txt'), 'late');
  expect(await check()).toMatchObject([{ check: 'deleted-files', subject: run.task }]);
  await removeLeftovers(service.deps);
  expect(await check()).toEqual([]);
});

test('the consumer is killed between each two commits: the run is deleted once', async () => {
  run = await givenControlledRun(service, twoSteps);
  const options = {
    name: 'agent-service' as const,
    bus: undefined as never,
    db: service.deps.db,
    deps: service.deps,
    logger: silentLogger,
    consumers: eventConsumers,
  };
  let points = 0;
  for (const when of ['before', 'after'] as const) {
    for (let commits = 0; ; commits += 1) {
      const task = `killed-${when}-${commits}`;
      const messages = [run.message(task, taskDeleted, { deleted_by: OWNER, forks: [] })];
      await service.deps.db.query(
        `insert into runs (task_id, owner_id, goal, task_type, job_id, until, state, preview_token) values ($1, $2, 'a page', 'build', 'job', 'end', 'idle', $1)`,
        [task, OWNER],
      );
      const killed = await deliverWithKill(options, messages, 1, { commits, when });
      const [row] = await service.deps.db.query(
        'select state, deleted_at is not null as deleted from runs where task_id = $1',
        [task],
      );
      expect(row).toEqual({ state: 'ended', deleted: true });
      if (!killed) break;
      points += 1;
    }
  }
  expect(points).toBe(2);
  await removeDeletedRuns(service.deps);
});

test('of a user who is gone conversations go at once, the budget when the last run has', async () => {
  const gone = 'gone-user';
  const budgets = () => service.deps.db.query('select 1 from budgets where owner_id = $1', [gone]);
  run = await givenControlledRun(service, twoSteps);
  await run.run({ owner_id: gone });
  await run.stands('ended');
  await keepConversation(service.deps.db, 'conversation-1', gone, []);
  await run.says(gone, userDeleted, { deleted_by: gone });
  await removeDeletedOwners(service.deps.db, 0);
  expect(await service.deps.db.query('select 1 from conversations')).toEqual([]);
  expect(await budgets()).toHaveLength(1);
  await deleted();
  await removeDeletedRuns(service.deps);
  await removeDeletedOwners(service.deps.db, 0);
  expect(await budgets()).toEqual([]);
  expect(await check()).toEqual([]);
});
