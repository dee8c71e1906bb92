// Who may watch what, and that nobody is sent anything after it has ended.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { newId } from '@builder-ai/platform/new-id';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type GivenService, givenService, OWNER } from './given-service.ts';
import { collect, toSeqs } from './timeline-message.ts';

let given: GivenService;
let taskId: string;

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

beforeEach(() => {
  taskId = given.newTask();
});

afterEach(() => given.taskService.failWith(undefined));

/** Publishes the entry and waits until a viewer of its own has it: by then every other has been told. */
async function publishAndWait(seq: number): Promise<void> {
  const witness = await given.connect();
  const events = collect(witness, taskId);
  await witness.emitWithAck('subscribe_task', taskId, { after: seq - 1 });
  await given.publish(taskId, seq);
  await eventually(() => events.at(-1)?.seq === seq);
  witness.close();
}

describe('connecting', () => {
  test.each<[string, () => Promise<Record<string, string>>]>([
    ['without an identity', async () => ({})],
    ['with a broken one', async () => ({ 'x-builder-identity': 'a.b.c' })],
    ['with one for another service', () => given.headersFor(OWNER, 'task-service')],
  ])('%s ends in connect_error', async (_name, headers) => {
    for (const transport of ['websocket', 'polling']) {
      const options = { extraHeaders: await headers(), transports: [transport] };
      await expect(given.connect(options)).rejects.toMatchObject({
        message: expect.stringMatching(/./),
        data: { code: 'IDENTITY_INVALID' },
      });
    }
  });

  test('by one that may not read ends in connect_error', async () => {
    const identity = { userId: OWNER, kind: 'user' as const, scopes: [] };
    const extraHeaders = await given.issuer.headerFor('notification-service', identity);
    await expect(given.connect({ extraHeaders })).rejects.toMatchObject({ data: { code: 'FORBIDDEN' } });
  });

  test('works by HTTP long polling alone', async () => {
    const socket = await given.connect({ transports: ['polling'] });
    const events = collect(socket, taskId);
    expect(await socket.emitWithAck('subscribe_task', taskId, { after: 0 })).toEqual({ ok: true, seq: 0 });
    await given.publish(taskId, 1, 30);
    await eventually(() => events.length === 30);
    expect(socket.io.engine.transport.name).toBe('polling');
  });

  test('by polling goes on as a WebSocket without losing an entry', async () => {
    const socket = await given.connect({ transports: ['polling', 'websocket'] });
    const events = collect(socket, taskId);
    await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
    for (let seq = 1; seq <= 50; seq += 1) await given.publish(taskId, seq);
    await eventually(() => events.length === 50 && socket.io.engine.transport.name === 'websocket');
    expect(new Set(toSeqs(events)).size).toBe(50);
  });
});

describe('subscribe_task', () => {
  test('a task of which nothing was heard yet: the first entry arrives', async () => {
    const socket = await given.connect();
    const events = collect(socket, taskId);
    expect(await socket.emitWithAck('subscribe_task', taskId)).toEqual({ ok: true, seq: 0 });
    await given.publish(taskId, 1);
    await eventually(() => toSeqs(events).includes(1));
  });

  test('without an acknowledgement asked for, works', async () => {
    const socket = await given.connect();
    const events = collect(socket, taskId);
    socket.emit('subscribe_task', taskId);
    socket.emit('subscribe_task', taskId, { after: 0 });
    await given.publish(taskId, 1);
    await eventually(() => toSeqs(events).includes(1));
  });

  test("another user's task looks like one that does not exist, and sends nothing", async () => {
    const theirs = given.newTask('owner-2');
    const socket = await given.connect();
    const events: TaskEvent[] = [];
    socket.on('task_event', (event: TaskEvent) => events.push(event)).on('task_update', (task) => events.push(task));
    const answers = [
      await socket.emitWithAck('subscribe_task', theirs, { after: 0 }),
      await socket.emitWithAck('subscribe_task', newId(), { after: 0 }),
    ];
    await given.publish(theirs, 1, 1, 'owner-2');
    await eventually(async () => {
      const answer = await given.get(`/tasks/${theirs}/events`, await given.headersFor('owner-2'));
      return ((await answer.json()) as TaskEvent[]).length === 1;
    });
    // The same once the feed knows whose it is.
    answers.push(await socket.emitWithAck('subscribe_task', theirs, { after: 0 }));
    for (const answer of answers)
      expect(answer).toEqual({ ok: false, code: 'TASK_NOT_FOUND', message: 'Task not found' });
    await publishAndWait(1);
    expect(events).toEqual([]);
  });

  test.each([[undefined], [null], [''], [7], [{}], [['a']], ['x'.repeat(201)], ["'; drop table feed; --"]])(
    'what is no task id, %j, is TASK_NOT_FOUND',
    async (id) => {
      const socket = await given.connect();
      expect(await socket.emitWithAck('subscribe_task', id)).toMatchObject({ ok: false, code: 'TASK_NOT_FOUND' });
    },
  );

  test('says so when it cannot find out whose task it is, and works later', async () => {
    const socket = await given.connect();
    given.taskService.failWith(500);
    expect(await socket.emitWithAck('subscribe_task', taskId)).toMatchObject({
      ok: false,
      code: 'SERVICE_UNAVAILABLE',
    });
    given.taskService.failWith(undefined);
    expect(await socket.emitWithAck('subscribe_task', taskId)).toMatchObject({ ok: true });
  });

  test('200 tasks on one socket at most, also when all are asked for at once', async () => {
    const socket = await given.connect();
    const ids = Array.from({ length: 220 }, () => given.newTask());
    const answers = await Promise.all(ids.map((id) => socket.emitWithAck('subscribe_task', id)));
    expect(answers.filter((answer) => !answer.ok).map(({ code }) => code)).toEqual(
      Array.from({ length: 20 }, () => 'RATE_LIMITED'),
    );
    expect(answers.find((answer) => !answer.ok)).toMatchObject({ code: 'RATE_LIMITED' });
    await socket.emitWithAck('unsubscribe_task', ids[0]);
    expect(await socket.emitWithAck('subscribe_task', ids[219])).toMatchObject({ ok: true });
  });
});

describe('unsubscribe_task', () => {
  test('stops the entries of that task, and of no other', async () => {
    const other = given.newTask();
    const socket = await given.connect();
    const [events, others] = [collect(socket, taskId), collect(socket, other)];
    await socket.emitWithAck('subscribe_task', taskId);
    await socket.emitWithAck('subscribe_task', other);
    expect(await socket.emitWithAck('unsubscribe_task', taskId)).toMatchObject({ ok: true });
    await publishAndWait(1);
    await given.publish(other, 1);
    await eventually(() => others.length === 1);
    expect(events).toEqual([]);
  });

  test('holds for a subscription that is not answered yet', async () => {
    const socket = await given.connect();
    const events = collect(socket, taskId);
    let open = () => {};
    given.taskService.holdUntil(
      new Promise((resolve) => {
        open = resolve;
      }),
    );
    const subscribed = socket.emitWithAck('subscribe_task', taskId);
    await eventually(() => given.taskService.asked.some(({ path }) => path.includes(taskId)));
    await socket.emitWithAck('unsubscribe_task', taskId);
    open();
    await subscribed;
    await publishAndWait(1);
    // What this socket would have been sent before its answer has arrived by now.
    await socket.emitWithAck('unsubscribe_task', newId());
    expect(events).toEqual([]);
  });

  test.each([[undefined], [7], ['nothing']])('of what was never watched, %j, is harmless', async (id) => {
    const socket = await given.connect();
    socket.emit('unsubscribe_task', id);
    expect(await socket.emitWithAck('subscribe_task', taskId)).toMatchObject({ ok: true });
  });
});

test('the log says who came, watched, stopped and left', async () => {
  const socket = await given.connect();
  const id = socket.id;
  await socket.emitWithAck('subscribe_task', taskId);
  await socket.emitWithAck('unsubscribe_task', taskId);
  socket.close();
  const lines = await eventually(async () => {
    const all = (await given.readLog()).trim().split('\n');
    const mine = all.map((line) => JSON.parse(line)).filter((line) => line.socket_id === id);
    return mine.length >= 4 && mine;
  });
  expect(lines.map((line) => [line.message, line.task_id])).toEqual([
    ['Socket connected', undefined],
    ['Socket subscribed', taskId],
    ['Socket unsubscribed', taskId],
    ['Socket disconnected', undefined],
  ]);
});
