// A viewer that joins late, or misses something, has each entry exactly once and in order all the same.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Socket } from 'socket.io-client';
import { appendToFeed } from '../src/feed/feed-store.ts';
import { toTaskEvent } from '../src/feed/on-timeline-entry.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';
import { collect, range, toMessage, toSeqs } from './timeline-message.ts';

let given: GivenService;
let taskId: string;
let sockets: Socket[];

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

beforeEach(() => {
  taskId = given.newTask();
  sockets = [];
});

afterEach(() => {
  for (const socket of sockets) socket.close();
});

async function connect(): Promise<Socket> {
  const socket = await given.connect();
  sockets.push(socket);
  return socket;
}

/** Thousands of entries, each with its own commit, on a machine that has other things to do. */
const FEED_LIMIT_MS = 90_000;

async function givenFeed(length: number): Promise<void> {
  await given.publish(taskId, 1, length);
  await eventually(async () => {
    const answer = await given.get(`/tasks/${taskId}/events?after=${length - 1}`);
    return ((await answer.json()) as TaskEvent[]).length === 1;
  }, FEED_LIMIT_MS);
}

const arrived = (events: TaskEvent[], last: number) => eventually(() => events.at(-1)?.seq === last, 30_000);

describe('subscribe_task', () => {
  test('without `after`: what comes from now on, and nothing older', async () => {
    await givenFeed(5);
    const socket = await connect();
    const events = collect(socket, taskId);
    expect(await socket.emitWithAck('subscribe_task', taskId)).toEqual({ ok: true, seq: 5 });
    await given.publish(taskId, 6, 8);
    await arrived(events, 8);
    expect(toSeqs(events)).toEqual([6, 7, 8]);
  });

  test('with `after`: what comes after it, then what comes from now on', async () => {
    await givenFeed(5);
    const socket = await connect();
    const events = collect(socket, taskId);
    expect(await socket.emitWithAck('subscribe_task', taskId, { after: 2 })).toEqual({ ok: true, seq: 5 });
    expect(toSeqs(events)).toEqual([3, 4, 5]);
    await given.publish(taskId, 6);
    await arrived(events, 6);
    expect(toSeqs(events)).toEqual([3, 4, 5, 6]);
  });

  test('sends what GET /tasks/:id/events answers', async () => {
    await givenFeed(3);
    const socket = await connect();
    const events = collect(socket, taskId);
    await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
    await given.publish(taskId, 4);
    await arrived(events, 4);
    expect(events).toEqual(await (await given.get(`/tasks/${taskId}/events`)).json());
  });

  test.each([7, 2_147_483_647, Number.MAX_SAFE_INTEGER])(
    'with `after` %d, beyond the end: nothing until the feed is past it',
    async (after) => {
      await givenFeed(5);
      const socket = await connect();
      const events = collect(socket, taskId);
      expect(await socket.emitWithAck('subscribe_task', taskId, { after })).toEqual({ ok: true, seq: 5 });
      const witness = collect(await connect(), taskId);
      await sockets[1]?.emitWithAck('subscribe_task', taskId, { after: 5 });
      await given.publish(taskId, 6, 9);
      await arrived(witness, 9);
      await socket.emitWithAck('unsubscribe_task', taskId);
      expect(toSeqs(events)).toEqual(after === 7 ? [8, 9] : []);
    },
  );

  test.each([[-1], [1.5], ['3'], [null], [{}], [Number.NaN]])(
    'with an `after` that is none, %j: as without one',
    async (after) => {
      await givenFeed(2);
      const socket = await connect();
      const events = collect(socket, taskId);
      expect(await socket.emitWithAck('subscribe_task', taskId, { after })).toEqual({ ok: true, seq: 2 });
      expect(events).toEqual([]);
    },
  );

  test(
    'a feed of many pages is replayed whole',
    async () => {
      await givenFeed(1_700);
      const socket = await connect();
      const events = collect(socket, taskId);
      await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
      expect(toSeqs(events)).toEqual(range(1, 1_700));
    },
    FEED_LIMIT_MS,
  );

  test('again on the same socket: from where it says, and then each entry once', async () => {
    await givenFeed(3);
    const socket = await connect();
    const events = collect(socket, taskId);
    await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
    await socket.emitWithAck('subscribe_task', taskId, { after: 1 });
    await given.publish(taskId, 4);
    await arrived(events, 4);
    expect(toSeqs(events)).toEqual([1, 2, 3, 2, 3, 4]);
  });
});

test('sockets that join at any moment, while entries are committed, get each one from where they asked, in order', async () => {
  const LAST = 400;
  const viewers: { after: number; events: TaskEvent[] }[] = [];
  const live: { from: number; events: TaskEvent[] }[] = [];
  const joined: Promise<void>[] = [];

  async function join(published: number): Promise<void> {
    const [late, now] = [await connect(), await connect()];
    const after = Math.min(Math.floor(Math.random() * published * 1.2), LAST - 1);
    const events = collect(late, taskId);
    viewers.push({ after, events });
    const liveEvents = collect(now, taskId);
    const [, answer] = await Promise.all([
      late.emitWithAck('subscribe_task', taskId, { after }),
      now.emitWithAck('subscribe_task', taskId),
    ]);
    live.push({ from: answer.seq + 1, events: liveEvents });
  }

  for (let seq = 1; seq <= LAST; ) {
    const count = Math.min(1 + Math.floor(Math.random() * 12), LAST - seq + 1);
    await given.publish(taskId, seq, seq + count - 1);
    seq += count;
    if (Math.random() < 0.5) joined.push(join(seq));
  }
  await Promise.all(joined);
  for (const { after, events } of viewers) {
    await arrived(events, LAST);
    expect(toSeqs(events)).toEqual(range(after + 1, LAST));
  }
  for (const { from, events } of live) {
    if (from <= LAST) await arrived(events, LAST);
    expect(toSeqs(events)).toEqual(range(from, LAST));
  }
  expect(viewers.length).toBeGreaterThan(5);
}, 60_000);

describe('what nobody told of', () => {
  /** As another replica does whose word did not arrive here. */
  const commitSilently = (seq: number) =>
    given.db.transaction(async (tx) => appendToFeed(tx, toTaskEvent(JSON.parse(toMessage(taskId, seq).value)), OWNER));

  test('is sent before the next entry that is told of', async () => {
    await givenFeed(1);
    const socket = await connect();
    const events = collect(socket, taskId);
    await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
    for (const seq of [2, 3]) await commitSilently(seq);
    // Not entry 4 by the bus: its inbox would wait for 2 and 3, which went past it.
    const message = toMessage(taskId, 4, { change: { runseq: undefined } });
    await given.bus.publish([message]);
    await arrived(events, 4);
    expect(toSeqs(events)).toEqual([1, 2, 3, 4]);
  });

  test('is found at the end of a task as well, where nothing follows', async () => {
    await givenFeed(1);
    const viewers = [await connect(), await connect()].map((socket) => ({ socket, events: collect(socket, taskId) }));
    for (const { socket } of viewers) await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
    for (const seq of [2, 3]) await commitSilently(seq);
    for (const { events } of viewers) {
      await arrived(events, 3);
      expect(toSeqs(events)).toEqual([1, 2, 3]);
    }
  });
});
