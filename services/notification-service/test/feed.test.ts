// From the bus into the feed: each entry once, in order, whatever the bus delivers.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { applyMessage } from '@builder-ai/platform/inbox';
import { silentLogger } from '@builder-ai/platform/logger';
import { newId } from '@builder-ai/platform/new-id';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Deps } from '../src/deps.ts';
import { onTimelineEntry } from '../src/feed/on-timeline-entry.ts';
import { type GivenService, givenService } from './given-service.ts';
import { collect, range, toMessage, toSeqs } from './timeline-message.ts';

let given: GivenService;
let taskId: string;

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

beforeEach(() => {
  taskId = given.newTask();
});

async function feed(id = taskId): Promise<number[]> {
  const answer = await given.get(`/tasks/${id}/events?limit=1000`);
  return toSeqs((await answer.json()) as TaskEvent[]);
}

const feedIs = (seqs: number[], id = taskId) =>
  eventually(async () => {
    expect(await feed(id)).toEqual(seqs);
    return true;
  });

const deadLetters = (id = taskId) =>
  given.db.query<{ state: string; reason: string; no: number | null; attempts: number }>(
    'select state, reason, no, attempts from dead_letters where key = $1 order by id',
    [id],
  );

describe('each entry once', () => {
  test('when every message comes three times', async () => {
    const messages = range(1, 20).map((seq) => toMessage(taskId, seq));
    await given.bus.publish([...messages, ...messages, ...messages]);
    await given.publish(taskId, 21);
    await feedIs(range(1, 21));
    expect(await deadLetters()).toEqual([]);
  });

  test('when replicas get the same message at the same moment, and one of them tells its sockets', async () => {
    let told = 0;
    const tellSockets = () => {
      told += 1;
    };
    const deps = { tellSockets } as unknown as Deps;
    const options = {
      name: 'notification-service' as const,
      bus: given.bus,
      db: given.db,
      deps,
      logger: silentLogger,
      consumers: [],
      otherwise: onTimelineEntry,
    };
    const message = toMessage(taskId, 1);
    await Promise.all(Array.from({ length: 10 }, () => applyMessage(options, message)));
    expect([await feed(), told]).toEqual([[1], 1]);
  });
});

describe('in order', () => {
  test('an entry that comes before its turn waits for those that are missing', async () => {
    const [one, two, three, four] = range(1, 4).map((seq) => toMessage(taskId, seq)) as [never, never, never, never];
    await given.bus.publish([one, four, three]);
    await eventually(async () => (await deadLetters()).length === 2);
    expect(await feed()).toEqual([1]);
    expect((await deadLetters()).map(({ state, no, reason }) => [state, no, reason])).toEqual([
      ['held', 4, 'after a gap'],
      ['held', 3, 'after a gap'],
    ]);
    await given.bus.publish([two]);
    await feedIs([1, 2, 3, 4]);
    expect((await deadLetters()).map(({ state }) => state)).toEqual(['replayed', 'replayed']);
    // What waited and comes once more is known.
    await given.bus.publish([three, four]);
    await given.publish(taskId, 5);
    await feedIs([1, 2, 3, 4, 5]);
  });

  test('a viewer gets what waited in its place', async () => {
    const socket = await given.connect();
    const events = collect(socket, taskId);
    await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
    await given.bus.publish([3, 2, 1].map((seq) => toMessage(taskId, seq)));
    await eventually(() => events.length === 3);
    expect(toSeqs(events)).toEqual([1, 2, 3]);
  });

  test('eight tasks at once, their entries mixed', async () => {
    const ids = Array.from({ length: 8 }, () => given.newTask());
    for (const seq of range(1, 60)) void given.bus.publish(ids.map((id) => toMessage(id, seq)));
    for (const id of ids) await feedIs(range(1, 60), id);
  });
});

describe('what cannot be an entry', () => {
  test.each<[string, string, (id: string) => string]>([
    ['no JSON', 'not JSON', () => '{"specversion": "1.0"'],
    ['no envelope', 'not a CloudEvent', (id) => JSON.stringify({ id: newId(), subject: id })],
    ['without a seq', 'has no seq', (id) => toMessage(id, 2, { change: { seq: undefined } }).value],
    ['with a seq that is no number', 'not a CloudEvent', (id) => toMessage(id, 2, { change: { seq: '2' } }).value],
    ['without an owner', 'names no owner', (id) => toMessage(id, 2, { change: { ownerid: undefined } }).value],
    ['with a place that is taken', 'duplicate key', (id) => toMessage(id, 2, { change: { seq: 1 } }).value],
    ['with data that is no object', 'not a CloudEvent', (id) => toMessage(id, 2, { change: { data: 'text' } }).value],
    ['with a time that is none', 'not a CloudEvent', (id) => toMessage(id, 2, { change: { time: 'noon' } }).value],
  ])('%s: becomes a dead letter with its reason, and parks its task alone', async (_name, reason, toValue) => {
    const other = given.newTask();
    const socket = await given.connect();
    const [events, others] = [collect(socket, taskId), collect(socket, other)];
    await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
    await socket.emitWithAck('subscribe_task', other, { after: 0 });
    await given.bus.publish([
      toMessage(taskId, 1),
      { topic: 'task.events', key: taskId, value: toValue(taskId) },
      toMessage(taskId, 3),
      ...range(1, 5).map((seq) => toMessage(other, seq)),
    ]);
    await eventually(() => others.length === 5);
    await eventually(async () => (await deadLetters()).length === 2);
    const [dead, held] = await deadLetters();
    expect(dead).toMatchObject({ state: 'dead', reason: expect.stringContaining(reason) });
    expect(held).toMatchObject({ state: 'held', no: 3, reason: 'behind a dead letter' });
    expect([toSeqs(others), toSeqs(events)]).toEqual([range(1, 5), [1]]);
    expect(await feed()).toEqual([1]);
    expect(await deadLetters(other)).toEqual([]);
    socket.close();
  });

  test('a field that nobody knows here is no fault', async () => {
    const message = toMessage(taskId, 1);
    await given.bus.publish([
      { ...message, value: JSON.stringify({ ...JSON.parse(message.value), vendor: { a: 1 }, type: 'something.new' }) },
    ]);
    await feedIs([1]);
    const [event] = (await (await given.get(`/tasks/${taskId}/events`)).json()) as TaskEvent[];
    expect(event?.event_type).toBe('something_new');
  });
});
