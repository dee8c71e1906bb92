// The cached list and the cached task: never stale, whoever made the change.
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import type { Cache } from '@builder-ai/platform/cache/cache';
import { newMemoryCache } from '@builder-ai/platform/cache/memory-cache';
import { newGate } from '@builder-ai/testing/gate';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GivenService, givenRunningTask, givenService, givenTask, OWNER } from './given-service.ts';

let service: GivenService;
let served: string[];

beforeAll(async () => {
  service = await givenService({ cache: observed(newMemoryCache()) });
});

afterAll(() => service.close());

/** Notes under which keys something was found. */
function observed(cache: Cache): Cache {
  served = [];
  return {
    ...cache,
    async get<T>(key: string) {
      const value = await cache.get<T>(key);
      if (value !== undefined) served.push(key);
      return value;
    },
  };
}

const list = async () => (await service.get('/tasks')).body;
const statusOf = async (id: string) => (await list()).find((task: { id: string }) => task.id === id)?.status;

describe('the list', () => {
  test('is read from the cache the second time', async () => {
    await givenTask(service);
    const first = await list();
    served.length = 0;
    expect(await list()).toEqual(first);
    expect(served).toEqual([`tasks:all:${OWNER}`]);
  });

  test('shows a created task at once', async () => {
    await list();
    const id = await givenTask(service);
    expect(await statusOf(id)).toBe('queued');
  });

  test('shows every change of a status, a plan and a step at once', async () => {
    const { id, jobId } = await givenRunningTask(service, ['one']);
    expect(await statusOf(id)).toBe('in_progress');
    await service.agent.says(id, stepStarted, { step: 0, description: 'one', agent: 'template', attempt: 1 });
    expect((await list())[0].plan[0].status).toBe('in_progress');
    await service.agent.completes(id, jobId);
    expect(await statusOf(id)).toBe('completed');
  });

  test('shows a change that another replica made', async () => {
    const replica = await service.replica({});
    const id = await givenTask(replica);
    expect(await statusOf(id)).toBe('queued');
  });

  test('is not read anew for a log line', async () => {
    const id = await givenTask(service);
    await list();
    await service.agent.logs(id, 'a line');
    served.length = 0;
    await list();
    expect(served).toEqual([`tasks:all:${OWNER}`]);
  });

  test('is stored under its own owner', async () => {
    await list();
    expect((await service.get('/tasks', 'nobody')).body).toEqual([]);
  });
});

describe('a task', () => {
  test('is read from the cache the second time, and anew after a log line', async () => {
    const id = await givenTask(service);
    const first = (await service.get(`/tasks/${id}`)).body;
    served.length = 0;
    expect((await service.get(`/tasks/${id}`)).body).toEqual(first);
    expect(served).toEqual([`task:${id}`]);
    await service.agent.logs(id, 'a line');
    expect((await service.get(`/tasks/${id}`)).body).toMatchObject({ seq: 2, logs: [{ message: 'a line' }] });
  });

  test('is as the database has it after each of a hundred changes, while others read it all the time', async () => {
    const { id } = await givenRunningTask(service, ['one']);
    for (let n = 0; n < 100; n += 1) {
      const reads = [1, 2, 3].map(() => service.get(`/tasks/${id}`));
      await service.agent.logs(id, `line ${n}`, 0);
      const { body } = await service.get(`/tasks/${id}`);
      expect(body.logs.at(-1)?.message).toBe(`line ${n}`);
      expect(body.logs.at(-1)?.seq).toBe(body.seq);
      await Promise.all(reads);
    }
  });

  test('a cached one is not shown to another owner, nor after it was deleted', async () => {
    const id = await givenTask(service);
    await service.get(`/tasks/${id}`);
    expect((await service.get(`/tasks/${id}`, 'somebody')).status).toBe(404);
    await service.deps.db.query('update tasks set deleted_at = now() where id = $1', [id]);
    expect((await service.get(`/tasks/${id}`)).status).toBe(404);
  });
});

test.each([
  ['a task', (id: string) => `/tasks/${id}`],
  ['the list', () => '/tasks'],
])('%s that ten requests miss at the same time is loaded once, for all of them', async (_what, pathOf) => {
  const gate = newGate();
  let missed = 0;
  let loaded = 0;
  const empty = newMemoryCache();
  const waiting = await service.replica({
    cache: {
      ...empty,
      async get() {
        missed += 1;
        if (missed === 10) gate.open();
        await gate.passed;
        return undefined;
      },
      async set() {
        loaded += 1;
      },
    },
  });
  const id = await givenTask(service);
  const answers = await Promise.all(Array.from({ length: 10 }, () => waiting.get(pathOf(id))));
  expect(loaded).toBe(1);
  for (const { status, body } of answers) expect([status, [body].flat()[0].id]).toEqual([200, id]);
});
