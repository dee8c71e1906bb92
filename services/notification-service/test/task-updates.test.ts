// Viewers get the whole task as well: at most each 100 ms, the last state always, and nobody else pays for it.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Socket } from 'socket.io-client';
import { type GivenService, givenService } from './given-service.ts';
import { collect } from './timeline-message.ts';

type SentTask = { id: string; seq: number };

const INTERVAL_MS = 100;

let given: GivenService;
let taskId: string;

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

beforeEach(() => {
  taskId = given.newTask();
  given.taskService.asked.length = 0;
});

afterEach(() => {
  given.taskService.failWith(undefined);
  given.taskService.holdUntil(Promise.resolve());
});

const fetches = (id = taskId) => given.taskService.asked.filter(({ path }) => path === `/tasks/${id}`);

async function watch(id = taskId): Promise<{ socket: Socket; updates: SentTask[] }> {
  const socket = await given.connect();
  const updates: SentTask[] = [];
  socket.on('task_update', (task: SentTask) => {
    if (task.id === id) updates.push(task);
  });
  await socket.emitWithAck('subscribe_task', id, { after: 0 });
  return { socket, updates };
}

describe('task_update', () => {
  test('comes on subscribing, as task-service has the task', async () => {
    const { updates } = await watch();
    await eventually(() => updates.length === 1);
    expect(updates).toEqual([given.taskService.tasks.get(taskId)]);
    expect(fetches()[0]?.identity).toEqual({ userId: 'notification-service', kind: 'service', scopes: ['read'] });
  });

  test('comes each 100 ms at most while entries pour in, and the last one is the last state', async () => {
    const { updates } = await watch();
    const start = performance.now();
    for (let seq = 1; seq <= 300; seq += 1) await given.publish(taskId, seq);
    await eventually(() => updates.at(-1)?.seq === 300);
    const elapsed = performance.now() - start;
    // One at once, one at each end of an interval: however slow this machine is, not one for each entry.
    expect(fetches().length).toBeLessThanOrEqual(Math.ceil(elapsed / INTERVAL_MS) + 2);
    expect(updates.length).toBeLessThanOrEqual(fetches().length);
    expect(updates.map(({ seq }) => seq)).toEqual(updates.map(({ seq }) => seq).sort((a, b) => a - b));
  });

  test('is fetched once for all who watch a task', async () => {
    const viewers = [await watch(), await watch(), await watch()];
    await eventually(() => viewers.every(({ updates }) => updates.length > 0));
    await given.publish(taskId, 1);
    await eventually(() => viewers.every(({ updates }) => updates.at(-1)?.seq === 1));
    // Each subscribed, and one entry came: more than these four changes there were not.
    expect(fetches().length).toBeLessThanOrEqual(4);
  });

  test('is not fetched for a task that nobody watches, or watches no more', async () => {
    const other = given.newTask();
    const { socket } = await watch(other);
    await socket.emitWithAck('unsubscribe_task', other);
    await eventually(() => fetches(other).length === 1);
    given.taskService.asked.length = 0;
    await given.publish(taskId, 1, 5);
    await given.publish(other, 1, 5);
    // By the time that a viewer of a third task has its news of later entries, those were told of.
    const third = given.newTask();
    const { updates } = await watch(third);
    await given.publish(third, 1);
    await eventually(() => updates.at(-1)?.seq === 1);
    expect([fetches().length, fetches(other).length]).toEqual([0, 0]);
  });

  test('waits for a slow task-service without asking it twice at once, and has the last state then', async () => {
    const socket = await given.connect();
    const events = collect(socket, taskId);
    const updates: SentTask[] = [];
    socket.on('task_update', (task: SentTask) => updates.push(task));
    await given.publish(taskId, 1);
    await eventually(async () => (await (await given.get(`/tasks/${taskId}/events`)).text()).includes('line 1'));
    let release = () => {};
    given.taskService.holdUntil(
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
    for (let seq = 2; seq <= 20; seq += 1) await given.publish(taskId, seq);
    await eventually(() => events.length === 20 && fetches().length > 0);
    expect([fetches().length, updates.length]).toEqual([1, 0]);
    release();
    await eventually(() => updates.at(-1)?.seq === 20);
    expect(fetches().length).toBeLessThanOrEqual(3);
  });

  test('is tried again when task-service was away, without another entry', async () => {
    const { updates } = await watch();
    await eventually(() => updates.length === 1);
    given.taskService.failWith(503);
    await given.publish(taskId, 1);
    await eventually(() => fetches().length >= 3);
    expect(updates.length).toBe(1);
    given.taskService.failWith(undefined);
    await eventually(() => updates.at(-1)?.seq === 1);
  });

  test('does not come for a task that is gone; its entries still do', async () => {
    const { socket, updates } = await watch();
    await eventually(() => updates.length === 1);
    const events = collect(socket, taskId);
    given.taskService.tasks.delete(taskId);
    await given.publish(taskId, 1);
    await eventually(() => events.length === 1 && fetches().length === 2);
    await socket.emitWithAck('unsubscribe_task', taskId);
    expect(updates.length).toBe(1);
  });
});
