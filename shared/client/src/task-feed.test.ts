import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ApiProblem } from './api-problem.ts';
import type { Task, TaskEvent } from './names.ts';
import { type SubscribeAck, TaskFeed } from './task-feed.ts';

const event = (seq: number) => ({ id: `e${seq}`, seq, event_type: 'log_added', task_id: 't' }) as TaskEvent;
const task = (seq: number) => ({ id: 't', seq }) as Task;
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** The server as the feed sees it: what it has recorded, and what was asked of it. */
class Server {
  recorded = 0;
  keptFrom = 1;
  ack: SubscribeAck | null = null;
  isDown = false;
  subscribedAfter: number[] = [];
  feedReadAfter: number[] = [];
  taskReads = 0;
  changes = 0;

  feed = new TaskFeed({
    subscribe: async (after) => {
      this.subscribedAfter.push(after);
      return this.ack ?? { ok: true, seq: this.recorded };
    },
    readTask: async () => {
      this.taskReads += 1;
      if (this.isDown) throw new ApiProblem({ title: 'No answer', detail: 'away' });
      return task(this.recorded);
    },
    readEvents: async (after, limit) => {
      this.feedReadAfter.push(after);
      if (this.isDown) throw new ApiProblem({ title: 'No answer', detail: 'away' });
      return upTo(this.recorded)
        .filter((seq) => seq > after && seq >= this.keptFrom)
        .slice(0, limit)
        .map(event);
    },
    onChange: () => {
      this.changes += 1;
    },
  });

  send(...seqs: number[]) {
    for (const seq of seqs) this.feed.receiveEvent(event(seq));
  }

  get shown() {
    return this.feed.snapshot.events.map(({ seq }) => seq);
  }
}

const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
let server: Server;

beforeEach(() => {
  jest.useFakeTimers();
  server = new Server();
});
afterEach(() => {
  server.feed.close();
  jest.useRealTimers();
});

describe('what is shown of a task', () => {
  test('nothing at first', () => {
    expect(new Server().feed.snapshot).toEqual({ task: null, events: [], state: 'connecting', problem: null });
  });

  test('live events in order need no reading', async () => {
    server.feed.connected();
    await pass(0);
    server.recorded = 3;
    server.send(1, 2, 3);
    await pass(500);
    expect(server.shown).toEqual([1, 2, 3]);
    expect(server.feed.snapshot.state).toBe('live');
    expect(server.feedReadAfter).toEqual([]);
  });

  test('events that come within a frame are drawn once', async () => {
    server.feed.connected();
    await pass(0);
    const before = server.changes;
    server.recorded = 50;
    server.send(...upTo(50));
    await pass(20);
    expect(server.shown).toHaveLength(50);
    expect(server.changes).toBe(before + 1);
  });

  test('events that overtake each other are put in order without reading', async () => {
    server.feed.connected();
    await pass(0);
    server.recorded = 3;
    server.send(2, 3);
    await pass(50);
    expect(server.shown).toEqual([]);
    server.send(1);
    await pass(500);
    expect(server.shown).toEqual([1, 2, 3]);
    expect(server.feedReadAfter).toEqual([]);
  });

  test('a gap is read from the feed, from before the gap', async () => {
    server.feed.connected();
    await pass(0);
    server.recorded = 6;
    server.send(1, 2, 5, 6);
    await pass(500);
    expect(server.shown).toEqual(upTo(6));
    expect(server.feedReadAfter).toEqual([2]);
  });

  test('events lost at the end are noticed by the newer task', async () => {
    server.feed.connected();
    await pass(0);
    server.recorded = 4;
    server.send(1, 2);
    server.feed.receiveTask(task(4));
    await pass(2000);
    expect(server.shown).toEqual(upTo(4));
  });

  test('a replay that does not come is read from the feed, page by page', async () => {
    server.recorded = 1200;
    server.feed.connected();
    await pass(1000);
    expect(server.shown).toEqual(upTo(1200));
    expect(server.feedReadAfter).toEqual([0, 500, 1000]);
  });

  test('a replay that is still coming is not read as well', async () => {
    server.recorded = 500;
    server.feed.connected();
    for (let sent = 0; sent < 500; sent += 10) {
      server.send(...upTo(sent + 10).slice(sent));
      await pass(100);
    }
    expect(server.shown).toEqual(upTo(500));
    expect(server.feedReadAfter).toEqual([]);
  });

  test('a reset reads the feed, and what comes twice is shown once', async () => {
    server.feed.connected();
    await pass(0);
    server.recorded = 5;
    server.send(1, 2);
    await pass(20);
    server.feed.reset();
    server.send(4, 5, 3, 2);
    await pass(500);
    expect(server.shown).toEqual(upTo(5));
  });

  test('entries that the server keeps no longer are not asked for again and again', async () => {
    Object.assign(server, { recorded: 30, keptFrom: 21 });
    server.feed.connected();
    server.feed.reset(21);
    await pass(20_000);
    expect([server.shown, server.feedReadAfter]).toEqual([upTo(30).slice(20), [20]]);
  });

  test('an older task never replaces a newer one, and a task left behind is read again', async () => {
    server.feed.connected();
    await pass(0);
    server.recorded = 7;
    server.feed.receiveTask(task(7));
    server.feed.receiveTask(task(6));
    expect(server.feed.snapshot.task?.seq).toBe(7);
    const reads = server.taskReads;
    server.recorded = 8;
    server.send(...upTo(8));
    await pass(2000);
    expect(server.taskReads).toBe(reads + 1);
    expect(server.feed.snapshot.task?.seq).toBe(8);
  });
});

describe('when the connection is lost', () => {
  test('it subscribes again with its last seq and shows what it missed', async () => {
    server.recorded = 3;
    server.feed.connected();
    server.send(1, 2, 3);
    await pass(100);
    server.feed.disconnected();
    expect(server.feed.snapshot.state).toBe('reconnecting');
    server.recorded = 9;
    server.feed.connected();
    await pass(1000);
    expect(server.subscribedAfter).toEqual([0, 3]);
    expect(server.shown).toEqual(upTo(9));
    expect(server.feed.snapshot.state).toBe('live');
  });

  test('a feed that cannot be read is tried again until it can, and is not called live meanwhile', async () => {
    server.feed.connected();
    await pass(0);
    server.isDown = true;
    server.recorded = 5;
    server.send(5);
    await pass(1000);
    expect(server.feed.snapshot.state).toBe('reconnecting');
    server.isDown = false;
    await pass(10_000);
    expect(server.shown).toEqual(upTo(5));
    expect(server.feed.snapshot.state).toBe('live');
  });

  test('nothing is read while there is no connection', async () => {
    server.feed.connected();
    await pass(0);
    server.recorded = 5;
    server.send(5);
    server.feed.disconnected();
    await pass(20_000);
    expect(server.feedReadAfter).toEqual([]);
  });
});

describe('when the server refuses', () => {
  test('an unknown task is an error with the reason', async () => {
    server.ack = { ok: false, code: 'TASK_NOT_FOUND', message: 'Task not found' };
    server.feed.connected();
    await pass(0);
    expect(server.feed.snapshot).toMatchObject({ state: 'error', problem: { detail: 'Task not found' } });
  });

  test('a part that is away for a moment is asked again', async () => {
    server.ack = { ok: false, code: 'SERVICE_UNAVAILABLE', message: 'away' };
    server.feed.connected();
    await pass(0);
    expect(server.feed.snapshot.state).toBe('connecting');
    server.ack = null;
    await pass(1000);
    expect(server.feed.snapshot.state).toBe('live');
  });
});

test('a closed feed does nothing more', async () => {
  server.feed.connected();
  server.recorded = 5;
  server.send(5);
  server.feed.close();
  const { changes } = server;
  await pass(20_000);
  expect(server.changes).toBe(changes);
  expect(server.feedReadAfter).toEqual([]);
});
