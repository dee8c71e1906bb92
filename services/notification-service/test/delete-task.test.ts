// A task that is deleted: who watches is told and sent nothing more; feed, notifications and deliveries of it go.

import type { EventDefinition } from '@builder-ai/contracts/event';
import { projectDeleted } from '@builder-ai/contracts/events/project-deleted';
import { taskCreated } from '@builder-ai/contracts/events/task-created';
import { taskCompleted, taskDeletedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { userDeleted } from '@builder-ai/contracts/events/user-deleted';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { silentLogger } from '@builder-ai/platform/logger';
import { newId } from '@builder-ai/platform/new-id';
import { deliverWithKill } from '@builder-ai/testing/deliver-with-kill';
import { eventually } from '@builder-ai/testing/eventually';
import { killEverywhere } from '@builder-ai/testing/kill-everywhere';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventConsumers } from '../src/consumers.ts';
import type { Deps } from '../src/deps.ts';
import { checkFeed } from '../src/doctor/check-feed.ts';
import { rebuildFeed } from '../src/doctor/rebuild-feed.ts';
import { onTimelineEntry } from '../src/feed/on-timeline-entry.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';
import { collect, range, toEntry, toMessage } from './timeline-message.ts';

let given: GivenService;

beforeAll(async () => {
  given = await givenService({ OUTGOING_ALLOW: '127.0.0.1' });
});

afterAll(() => given.close());

const deletion = (taskId: string, seq: number, owner = OWNER) => toEntry(taskId, seq, taskDeletedEntry, {}, owner);
const rowsOf = async (taskId: string) => {
  const count = async (table: string) =>
    (await given.db.query<{ n: number }>(`select count(*) as n from ${table} where task_id = $1`, [taskId]))[0]?.n;
  return [await count('feed'), await count('notifications'), await count('webhook_deliveries')];
};
const isDeleted = (taskId: string) =>
  eventually(
    async () =>
      (await given.db.query('select 1 from feed_tasks where task_id = $1 and deleted_at is not null', [taskId]))
        .length > 0,
  );

/** A task that has ended, with three entries, a notification and a delivery. */
async function givenEndedTask(owner = OWNER): Promise<string> {
  const id = given.newTask(owner);
  const made = await fetch(`${given.url}/webhooks`, {
    method: 'POST',
    headers: { ...(await given.headersFor(owner)), 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://127.0.0.1:9/hook', events: ['task.completed', 'task.deleted'] }),
  });
  expect(made.status).toBe(201);
  await given.bus.publish([
    toEntry(id, 1, taskCreated, {}, owner),
    toMessage(id, 2, { ownerId: owner }),
    toEntry(id, 3, taskCompleted, {}, owner),
  ]);
  await eventually(async () => (await rowsOf(id))[2] === 1);
  expect(await rowsOf(id)).toEqual([3, 1, 1]);
  return id;
}

/** How many entries its feed shows. */
const entriesOf = async (id: string) => ((await (await given.get(`/tasks/${id}/events`)).json()) as unknown[]).length;

/** What the gateway says of a project or user. */
const told = (subject: string, event: EventDefinition<{ deleted_by: string }>) => ({
  topic: 'identity.events',
  key: subject,
  value: JSON.stringify({ ...toEnvelope('gateway', event, { deleted_by: OWNER }, { key: subject }), runseq: 1 }),
});

test('sockets and streams are told as the last thing, and are sent nothing more', async () => {
  const id = given.newTask();
  await given.publish(id, 1, 2);
  const socket = await given.connect();
  const events = collect(socket, id);
  const resets: unknown[] = [];
  socket.on('reset', (which) => resets.push(which));
  await eventually(async () => (await entriesOf(id)) === 2);
  expect(await socket.emitWithAck('subscribe_task', id, { after: 0 })).toMatchObject({ ok: true });
  await socket.emitWithAck('subscribe_project', null);
  const stream = await fetch(`${given.url}/tasks/${id}/events`, {
    headers: { ...(await given.headersFor()), accept: 'text/event-stream' },
  });
  given.taskService.tasks.delete(id);
  await given.bus.publish([deletion(id, 3)]);
  const text = await stream.text();
  expect(text).toContain('"event_type":"task_deleted"');
  await eventually(() => events.at(-1)?.event_type === 'task_deleted');
  await eventually(() => resets.length === 1);
  expect(resets).toEqual([{ project_id: OWNER, deleted_task_id: id }]);
  expect((await given.get(`/tasks/${id}/events`)).status).toBe(404);
  expect(await socket.emitWithAck('subscribe_task', id)).toMatchObject({ ok: false, code: 'TASK_NOT_FOUND' });
  // Whatever comes under its name now reaches nobody.
  await given.publish(id, 4, 5);
  given.broadcastDelta(id, 'late');
  const other = given.newTask();
  await socket.emitWithAck('subscribe_task', other, { after: 0 });
  const others = collect(socket, other);
  await given.publish(other, 1);
  await eventually(() => others.length === 1);
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('a replica that hears of it from the feed alone tells its sockets too', async () => {
  const id = given.newTask();
  await given.publish(id, 1, 2);
  await eventually(async () => (await entriesOf(id)) === 2);
  const replica = await given.startReplica();
  const socket = await given.connect({}, replica.url);
  const events = collect(socket, id);
  await socket.emitWithAck('subscribe_task', id, { after: 0 });
  await given.bus.publish([deletion(id, 3)]);
  await eventually(() => events.at(-1)?.event_type === 'task_deleted');
});

const deliveriesOf = (id: string) =>
  given.db.query<{ event_type: string; payload: string }>(
    'select event_type, payload from webhook_deliveries where task_id = $1',
    [id],
  );

test('feed, notifications and deliveries go; late entries, a rebuild and a check bring nothing back', async () => {
  const id = await givenEndedTask();
  const [completed] = await deliveriesOf(id);
  expect(completed?.payload).toContain(taskCreated.sample.title);
  await given.bus.publish([deletion(id, 4)]);
  await isDeleted(id);
  expect(await rowsOf(id)).toEqual([1, 0, 1]);
  const [left] = await deliveriesOf(id);
  expect(left?.event_type).toBe('task.deleted');
  expect(JSON.parse(left?.payload ?? '')).toEqual({
    type: 'task.deleted',
    timestamp: expect.any(String),
    data: { project_id: null, task_id: id, title: null, seq: 4, event: taskDeletedEntry.sample },
  });
  await given.bus.publish([toEntry(id, 5, taskCompleted, {})]);
  const after = given.newTask();
  await given.publish(after, 1);
  await eventually(async () => (await rowsOf(after))[0] === 1);
  await rebuildFeed(given.db, OWNER, [
    { id: newId(), seq: 1, event_type: 'task_created', task_id: id, timestamp: new Date().toISOString(), data: {} },
  ]);
  expect(await rowsOf(id)).toEqual([1, 0, 1]);
  expect(await checkFeed(given.db)).toEqual([]);
  expect(await given.db.query('select 1 from dead_letters')).toEqual([]);
});

test.each([1, 4])('the consumer is killed between each two commits, with %d messages at a time', async (burst) => {
  const deps = { tellSockets: () => {}, notify: () => {}, deliverSoon: () => {} } as unknown as Deps;
  const options = { name: 'notification-service' as const, bus: given.bus, db: given.db, deps, logger: silentLogger };
  const ownerId = `killed-${burst}`;
  await givenEndedTask(ownerId);
  const points = await killEverywhere(async (point) => {
    const id = given.newTask(ownerId);
    const messages = [
      ...range(1, 3).map((seq) => toMessage(id, seq, { ownerId })),
      toEntry(id, 4, taskCompleted, {}, ownerId),
      deletion(id, 5, ownerId),
    ];
    const inbox = { ...options, consumers: eventConsumers, otherwise: onTimelineEntry };
    const killed = await deliverWithKill(inbox, messages, burst, point);
    // Webhooks are told of that once, and of nothing else.
    expect(await rowsOf(id)).toEqual([1, 0, 1]);
    expect((await deliveriesOf(id)).map(({ event_type }) => event_type)).toEqual(['task.deleted']);
    return killed;
  });
  expect(points).toBe(2 * Math.ceil(5 / burst));
});

test.each([
  ['project', projectDeleted],
  ['user', userDeleted],
])('of a deleted %s webhooks and notifications go, and no webhook is made there any more', async (what, event) => {
  const owner = `gone-${what}`;
  const kept = await givenEndedTask(`kept-${what}`);
  const id = await givenEndedTask(owner);
  await given.bus.publish([told(owner, event)]);
  await eventually(
    async () => (await given.db.query('select 1 from webhooks where owner_id = $1', [owner])).length === 0,
  );
  expect((await rowsOf(id)).slice(1)).toEqual([0, 0]);
  expect((await rowsOf(kept)).slice(1)).toEqual([1, 1]);
  await given.db.query('delete from webhooks');
  const again = await fetch(`${given.url}/webhooks`, {
    method: 'POST',
    headers: { ...(await given.headersFor(owner)), 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://127.0.0.1:9/hook' }),
  });
  expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([404, 'PROJECT_NOT_FOUND']);
});
