// What task-service tells of by Redis is shown before the feed has it: in order, once, and in the list for whoever has seen it.
import { setTimeout as delay } from 'node:timers/promises';
import { taskDeletedEntry } from '@builder-ai/contracts/events/timeline-entries';
import type { TaskEvent } from '@builder-ai/contracts/task';
import { formatToldAhead, TOLD_AHEAD } from '@builder-ai/contracts/told-ahead';
import { silentLogger } from '@builder-ai/platform/logger';
import { openRedis, type Redis } from '@builder-ai/platform/redis/redis';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { GivenService } from '../given-service.ts';
import { range, toEntry, toMessage, toSeqs } from '../timeline-message.ts';
import { expectBothGet, type GivenReplicas, givenReplicas } from './given-replicas.ts';

let given: GivenReplicas;
let a: GivenService;
let teller: Redis;

beforeEach(async () => {
  given = await givenReplicas();
  ({ a } = given);
  teller = openRedis({ url: given.redis.url, prefix: '', logger: silentLogger });
  await eventually(async () => (await publish('')) === 2);
});

afterEach(async () => {
  teller.close();
  await given.close();
});

/** @returns how many heard it */
const publish = (payload: string) =>
  teller.run((client) => client.publish(TOLD_AHEAD.prefix + TOLD_AHEAD.name, payload)).catch(() => 0);

const tell = (taskId: string, from: number, to: number) =>
  publish(formatToldAhead({ taskId, lastSeq: to, events: range(from, to).map((seq) => toMessage(taskId, seq).value) }));

test('what is told is at the sockets before the feed has it, and not once more when it has', async () => {
  const id = a.newTask();
  const sent = await given.watchAtBoth(id);
  await tell(id, 1, 2);
  await tell(id, 3, 3);
  await expectBothGet(sent, 3);
  expect(await a.db.query('select seq from feed where task_id = $1', [id])).toEqual([]);
  await a.publish(id, 1, 4);
  await expectBothGet(sent, 4);
});

test('what is told and is not the next one, or no entry at all, comes with the feed', async () => {
  const id = a.newTask();
  const sent = await given.watchAtBoth(id);
  await tell(id, 2, 3);
  await publish(`${id} 4\n{"no":"event"}`);
  await a.publish(id, 1, 4);
  await expectBothGet(sent, 4);
});

test('what is told is in the list for whoever asks for it then, at either replica', async () => {
  const id = a.newTask();
  const sent = await given.watchAtBoth(id);
  await tell(id, 1, 2);
  await expectBothGet(sent, 2);
  const headers = await a.headersFor();
  const lists = [a.url, given.b.url].map(async (url) => {
    const answer = await fetch(`${url}/tasks/${id}/events`, { headers });
    return toSeqs((await answer.json()) as TaskEvent[]);
  });
  // They are asked for by now.
  await delay(50);
  await a.publish(id, 1, 2);
  expect(await Promise.all(lists)).toEqual([range(1, 2), range(1, 2)]);
});

test('what deletes a task is the last thing that its viewers hear, once the feed says so', async () => {
  const [id, other] = [a.newTask(), a.newTask()];
  const sent = await given.watchAtBoth(id);
  const after = await given.watchAtBoth(other);
  const deleted = toEntry(id, 1, taskDeletedEntry);
  await publish(formatToldAhead({ taskId: id, lastSeq: 1, events: [deleted.value] }));
  await tell(other, 1, 1);
  await expectBothGet(after, 1);
  expect(sent.map(toSeqs)).toEqual([[], []]);
  await a.bus.publish([deleted]);
  await expectBothGet(sent, 1);
  await eventually(async () => (await a.db.query('select 1 from feed where task_id = $1', [id])).length === 1);
  await a.publish(other, 1, 2);
  await expectBothGet(after, 2);
  await expectBothGet(sent, 1);
});
