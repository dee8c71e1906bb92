// What operators of notification-service do about an entry that could not go into the feed.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type GivenService, givenService } from './given-service.ts';
import { toMessage } from './timeline-message.ts';

let given: GivenService;

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

async function read(path: string) {
  return JSON.parse(await (await given.get(path)).text());
}

async function post(path: string) {
  const answer = await fetch(given.url + path, { method: 'POST', headers: await given.headersFor() });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

/** Entry 2 names no owner; 1 and 3 are good. @returns the letter's id */
async function givenDead(taskId: string): Promise<number> {
  const ownerless = toMessage(taskId, 2, { change: { ownerid: undefined } });
  await given.bus.publish([toMessage(taskId, 1), ownerless, toMessage(taskId, 3)]);
  const letter = await eventually(async () => {
    const letters = await read('/admin/dead-letters/notification-service?state=dead');
    return letters.find((item: { key: string; held_behind: number }) => item.key === taskId && item.held_behind === 1);
  });
  return letter.id;
}

const seqsOf = async (taskId: string) =>
  (await read(`/tasks/${taskId}/events`)).map((entry: { seq: number }) => entry.seq);

test('an entry that is still refused stays a dead letter; discarded, those behind it go on', async () => {
  const taskId = given.newTask();
  const id = await givenDead(taskId);
  expect(await read(`/admin/dead-letters/notification-service/${id}`)).toMatchObject({
    event_type: 'log.added',
    reason: expect.stringContaining('names no owner'),
    message: expect.stringContaining('line 2'),
  });
  const replayed = await post(`/admin/dead-letters/notification-service/${id}/replay`);
  expect([replayed.status, replayed.body.code]).toEqual([409, 'DEAD_LETTER_STILL_FAILS']);
  expect(await seqsOf(taskId)).toEqual([1]);
  const discarded = await post(`/admin/dead-letters/notification-service/${id}/discard`);
  expect([discarded.status, discarded.body.state]).toEqual([200, 'discarded']);
  expect(await seqsOf(taskId)).toEqual([1, 3]);
});
