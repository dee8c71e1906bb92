// What is kept no longer: whoever asks for it is told where the feed begins.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkFeed } from '../src/doctor/check-feed.ts';
import { removeOld } from '../src/remove-old.ts';
import { type GivenService, givenService } from './given-service.ts';
import { collect, range, toSeqs } from './timeline-message.ts';

let given: GivenService;

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

const remove = (feed: number) =>
  removeOld(given.db, { feed, notifications: 90, deliveries: 30 }, () => Promise.resolve(true));

async function givenOldEntries(): Promise<string> {
  const taskId = given.newTask();
  await given.publish(taskId, 1, 30);
  const list = async () => (await (await given.get(`/tasks/${taskId}/events`)).json()) as TaskEvent[];
  await eventually(async () => (await list()).length === 30);
  await given.db.query(`update feed set timestamp = now() - interval '8 days' where task_id = $1 and seq <= 20`, [
    taskId,
  ]);
  return taskId;
}

test('nothing is removed unless an operator says for how long entries are kept', async () => {
  const taskId = await givenOldEntries();
  expect(await remove(0)).toBe(0);
  expect(await remove(9)).toBe(0);
  expect(toSeqs((await (await given.get(`/tasks/${taskId}/events`)).json()) as TaskEvent[])).toEqual(range(1, 30));
});

test('a cursor from before the first entry that is kept is told so, on the socket and on a stream', async () => {
  const taskId = await givenOldEntries();
  await remove(7);
  expect(toSeqs((await (await given.get(`/tasks/${taskId}/events`)).json()) as TaskEvent[])).toEqual(range(21, 30));
  const told = { task_id: taskId, seq: 30, first_seq: 21 };
  const [early, late] = [await given.connect(), await given.connect()];
  const [events, resets, lateResets] = [collect(early, taskId), [] as unknown[], [] as unknown[]];
  early.on('reset', (reset) => resets.push(reset));
  late.on('reset', (reset) => lateResets.push(reset));
  await early.emitWithAck('subscribe_task', taskId, { after: 5 });
  await late.emitWithAck('subscribe_task', taskId, { after: 20 });
  await given.publish(taskId, 31);
  await eventually(() => events.length === 11);
  expect([toSeqs(events), resets, lateResets]).toEqual([range(21, 31), [told], []]);
  const abort = new AbortController();
  const stream = await fetch(`${given.url}/tasks/${taskId}/events`, {
    headers: { ...(await given.headersFor()), accept: 'text/event-stream' },
    signal: abort.signal,
  });
  let text = '';
  const reader = (stream.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes('id: 31\n')) text += (await reader.read()).value ?? '';
  abort.abort();
  expect(text).toContain(`event: reset\ndata: ${JSON.stringify({ ...told, seq: 31 })}`);
  expect((await checkFeed(given.db)).filter(({ subject }) => subject === taskId)).toEqual([]);
});

test('old notifications and deliveries go with what belongs to them', async () => {
  await given.db.query(
    `insert into notifications (id, owner_id, kind, title, detail, created_at)
     values (gen_random_uuid(), 'o', 'task_completed', 't', '', now() - interval '91 days'),
            (gen_random_uuid(), 'o', 'task_completed', 't', '', now() - interval '89 days')`,
  );
  await given.db.query(
    `insert into notification_reads (notification_id, user_id) select id, 'u' from notifications where owner_id = 'o'`,
  );
  await remove(0);
  expect(await given.db.query(`select 1 from notifications where owner_id = 'o'`)).toHaveLength(1);
  expect(await given.db.query(`select 1 from notification_reads where user_id = 'u'`)).toHaveLength(1);
});
