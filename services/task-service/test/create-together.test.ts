// Tasks that are asked for at the same moment share a commit; each is as if it had been made alone.

import { taskCreated } from '@builder-ai/contracts/events/task-created';
import { newId } from '@builder-ai/platform/new-id';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { noteDeletedOwner } from '../src/owners/deleted-owners.ts';
import type { NewTask } from '../src/tasks/new-tasks.ts';
import { findOutboxEvents, type GivenService, givenService, OWNER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const task = (change: Partial<NewTask> = {}): NewTask => ({
  id: newId(),
  owner_id: OWNER,
  title: 'a page',
  type: 'build',
  goal: 'a page',
  project_id: null,
  metadata: {},
  agent_mode: null,
  approval: 'none',
  cap_micro_usd: null,
  ...change,
});

const make = (asked: NewTask, traceparent = 'none', key?: string) => {
  const request = { ownerId: asked.owner_id, operation: 'POST /tasks', key, body: { goal: asked.goal } };
  return service.deps.makeTask({ task: asked, context: { traceparent }, request });
};

/** The transactions that wrote these tasks. */
const commitsOf = async (ids: string[]) => {
  const rows = await service.deps.db.query<{ xmin: string }>(
    'select distinct xmin::text from tasks where id = any($1)',
    [ids],
  );
  return rows.length;
};

const countCreated = async () => (await service.deps.counters.created.get()).values[0]?.value ?? 0;

test('forty at once are few commits; each has its row, its first entry, its event in its own trace', async () => {
  const before = await countCreated();
  const all = Array.from({ length: 40 }, (_, n) => task({ goal: `page ${n}`, metadata: { n }, cap_micro_usd: n }));
  const made = await Promise.all(all.map((each) => make(each, `trace of ${each.goal}`)));
  expect(made.map(({ id, goal, metadata }) => [id, goal, metadata])).toEqual(
    all.map(({ id, goal, metadata }) => [id, goal, metadata]),
  );
  expect(await commitsOf(all.map(({ id }) => id))).toBeLessThan(4);
  expect((await countCreated()) - before).toBe(40);
  for (const each of all) {
    const [event, ...others] = await findOutboxEvents(service.deps.db, taskCreated.topic, each.id);
    expect(others).toEqual([]);
    expect([event?.type, event?.seq, event?.traceparent]).toEqual(['task.created', 1, `trace of ${each.goal}`]);
    const entries = await service.deps.db.query(
      'select seq, event_id, event_type, timestamp, data from timeline where task_id = $1',
      [each.id],
    );
    expect(entries).toEqual([
      {
        seq: 1,
        event_id: event?.id,
        event_type: 'task_created',
        timestamp: new Date(event?.time as string),
        data: event?.data,
      },
    ]);
  }
  expect((await service.get(`/tasks/${all[7]?.id}`)).body).toEqual({ ...made[7], messages: [], logs: [] });
});

test('one whose project was deleted is refused, and takes no other with it', async () => {
  await service.deps.db.transaction((tx) => noteDeletedOwner(tx, 'deleted', OWNER));
  const gone = task({ owner_id: 'deleted' });
  const others = [task(), task()];
  const [first, refused, last] = await Promise.allSettled(
    [others[0] as NewTask, gone, others[1] as NewTask].map((each) => make(each)),
  );
  expect([first?.status, last?.status]).toEqual(['fulfilled', 'fulfilled']);
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'PROJECT_NOT_FOUND' } });
  expect(await commitsOf([...others.map(({ id }) => id), gone.id])).toBe(1);
});

test('one that the database refuses takes no other with it', async () => {
  const twice = await make(task());
  const others = [task(), task()];
  const all = [others[0] as NewTask, task({ id: twice.id }), others[1] as NewTask];
  const outcomes = await Promise.allSettled(all.map((each) => make(each)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  for (const { id } of others) expect(await findOutboxEvents(service.deps.db, taskCreated.topic, id)).toHaveLength(1);
});

test('a key that another request holds holds up only its own', async () => {
  const first = await service.deps.db.transaction(async (tx) => {
    await tx.query(
      `insert into idempotency_keys (owner_id, operation, key, body_hash, result) values ($1, 'POST /tasks', 'held', 'x', 'null')`,
      [OWNER],
    );
    const held = make(task(), 'none', 'held').then(
      () => 'held',
      ({ code }) => code,
    );
    const free = make(task()).then(() => 'free');
    const whoFirst = await Promise.race([held, free]);
    return { whoFirst, held };
  });
  expect(first.whoFirst).toBe('free');
  expect(await first.held).toBe('IDEMPOTENCY_KEY_REUSED');
});
