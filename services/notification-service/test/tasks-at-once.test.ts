// Entries of many tasks that are taken in together: each is told of as if it had come alone.
import { taskCreated } from '@builder-ai/contracts/events/task-created';
import { taskCompleted } from '@builder-ai/contracts/events/timeline-entries';
import type { Notification } from '@builder-ai/contracts/notification';
import type { WebhookDelivery, WebhookWithSecret } from '@builder-ai/contracts/webhook';
import { newId } from '@builder-ai/platform/new-id';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type GivenReceiver, givenReceiver } from './given-receiver.ts';
import { type GivenService, givenService } from './given-service.ts';
import { toEntry } from './timeline-message.ts';

let given: GivenService;
let receiver: GivenReceiver;

beforeAll(async () => {
  receiver = await givenReceiver();
  given = await givenService({ OUTGOING_ALLOW: receiver.host });
});

afterAll(async () => {
  await given.close();
  await receiver.close();
});

/** Tasks of two projects in turn, each with a title of its own. */
const givenTasks = (owners: readonly [string, string]) =>
  Array.from({ length: 12 }, (_, index) => {
    const owner = owners[index % 2] as string;
    return { id: given.newTask(owner), owner, title: `Task ${index}` };
  });

test('of tasks that end at the same moment each is told of once, under its own title, to its own project', async () => {
  const owners = [newId(), newId()] as const;
  const tasks = givenTasks(owners);
  const gone = given.newTask(owners[0]);
  await given.db.query('insert into feed_tasks (task_id, owner_id, last_seq, deleted_at) values ($1, $2, 1, now())', [
    gone,
    owners[0],
  ]);
  await given.bus.publish([
    toEntry(gone, 1, taskCompleted, {}, owners[0]),
    ...tasks.flatMap(({ id, owner, title }) => [
      toEntry(id, 1, taskCreated, { title }, owner),
      toEntry(id, 2, taskCompleted, {}, owner),
    ]),
  ]);
  for (const owner of owners) {
    const mine = tasks.filter((task) => task.owner === owner).map(({ id, title }) => [id, title]);
    const found = await eventually(async () => {
      const all = await given.call<Notification[]>('GET', '/notifications', owner);
      return all.length === mine.length && all;
    });
    expect(found.map(({ task_id, title }) => [task_id, title]).sort()).toEqual(mine.sort());
  }
});

test('of tasks that are made at the same moment each is sent to the webhooks of its own project, once', async () => {
  const owners = [newId(), newId()] as const;
  const webhook = await given.call<WebhookWithSecret>('POST', '/webhooks', owners[0], {
    url: receiver.url,
    events: ['task.created'],
  });
  const tasks = givenTasks(owners);
  await given.bus.publish(tasks.map(({ id, owner, title }) => toEntry(id, 1, taskCreated, { title }, owner)));
  const mine = tasks.filter(({ owner }) => owner === owners[0]).map(({ title }) => title);
  await eventually(async () => {
    const all = await given.call<WebhookDelivery[]>('GET', `/webhooks/${webhook.id}/deliveries`, owners[0]);
    return all.filter(({ status }) => status === 'delivered').length === mine.length;
  });
  expect(receiver.received.map(({ body }) => JSON.parse(body).data.title).sort()).toEqual(mine.sort());
});
