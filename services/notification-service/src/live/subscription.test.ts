import type { TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { newSubscription } from './subscription.ts';

const event = (seq: number): TaskEvent => ({
  id: `e${seq}`,
  seq,
  event_type: 'log_added',
  task_id: 't',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: {},
});

function givenSubscription(after: number, feed: TaskEvent[]) {
  const sent: number[] = [];
  let release = () => {};
  let gate = Promise.resolve();
  const subscription = newSubscription({
    after,
    send: (item) => sent.push(item.seq),
    async readFeed(from, limit) {
      const page = feed.filter((item) => item.seq > from).slice(0, limit);
      await gate;
      return page;
    },
    onError: (error) => {
      throw error;
    },
  });
  const pauseFeed = () => {
    gate = new Promise((resolve) => {
      release = resolve;
    });
  };
  return { sent, subscription, feed, pauseFeed, resumeFeed: () => release() };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

test('live entries in order are sent once', () => {
  const { sent, subscription } = givenSubscription(0, []);
  for (const seq of [1, 2, 2, 1, 3]) subscription.offer(event(seq));
  expect(sent).toEqual([1, 2, 3]);
});

test('entries committed while the feed is read come once, in order, after it', async () => {
  const { sent, subscription, feed, pauseFeed, resumeFeed } = givenSubscription(0, [event(1), event(2)]);
  pauseFeed();
  const done = subscription.catchUp();
  for (const seq of [2, 3, 4]) {
    if (seq > 2) feed.push(event(seq));
    subscription.offer(event(seq));
  }
  resumeFeed();
  await done;
  expect(sent).toEqual([1, 2, 3, 4]);
});

test('a gap in live entries is filled from the feed', async () => {
  const { sent, subscription } = givenSubscription(0, [event(1), event(2), event(3)]);
  subscription.offer(event(3));
  await settle();
  expect(sent).toEqual([1, 2, 3]);
});

test('a lost tail is found by the check', async () => {
  const { sent, subscription } = givenSubscription(1, [event(1), event(2)]);
  subscription.check(2);
  await settle();
  expect(sent).toEqual([2]);
});

test('a cursor beyond the end sends nothing until the feed gets there', async () => {
  const { sent, subscription } = givenSubscription(9, [event(1)]);
  await subscription.catchUp();
  subscription.offer(event(2));
  expect(sent).toEqual([]);
  subscription.offer(event(10));
  expect(sent).toEqual([10]);
});

test('a closed subscription sends nothing', async () => {
  const { sent, subscription } = givenSubscription(0, [event(1)]);
  subscription.close();
  await subscription.catchUp();
  subscription.offer(event(1));
  expect(sent).toEqual([]);
});
