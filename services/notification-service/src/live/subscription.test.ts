import type { TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { newSubscription, type SubscriptionOptions } from './subscription.ts';

const event = (seq: number): TaskEvent => ({
  id: `e${seq}`,
  seq,
  event_type: 'log_added',
  task_id: 't',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: {},
});

function givenSubscription(after: number, feed: TaskEvent[], more: Partial<SubscriptionOptions> = {}) {
  const sent: number[] = [];
  // As long as it is taken, nobody else can be sent anything.
  let isFull = false;
  const waiting: (() => void)[] = [];
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
    room: { has: () => !isFull, wait: () => new Promise((resolve) => waiting.push(resolve)) },
    ...more,
  });
  const offer = (item: TaskEvent) => void (subscription.take(item) && sent.push(item.seq));
  const fill = () => {
    isFull = true;
  };
  const drain = () => {
    isFull = false;
    for (const resolve of waiting.splice(0)) resolve();
  };
  const pauseFeed = () => {
    gate = new Promise((resolve) => {
      release = resolve;
    });
  };
  return { sent, subscription, offer, feed, fill, drain, pauseFeed, resumeFeed: () => release() };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

test('live entries in order are sent once', () => {
  const { sent, offer } = givenSubscription(0, []);
  for (const seq of [1, 2, 2, 1, 3]) offer(event(seq));
  expect(sent).toEqual([1, 2, 3]);
});

test('entries committed while the feed is read come once, in order, after it', async () => {
  const { sent, subscription, offer, feed, pauseFeed, resumeFeed } = givenSubscription(0, [event(1), event(2)]);
  pauseFeed();
  const done = subscription.catchUp();
  for (const seq of [2, 3, 4]) {
    if (seq > 2) feed.push(event(seq));
    offer(event(seq));
  }
  resumeFeed();
  await done;
  expect(sent).toEqual([1, 2, 3, 4]);
});

test('an entry that the feed may not have yet is sent when it is the next one, once; any other comes with the feed', async () => {
  const { sent, subscription, offer, feed } = givenSubscription(0, []);
  const offerAhead = (seq: number) => void (subscription.takeAhead(event(seq)) && sent.push(seq));
  offerAhead(1);
  offerAhead(3);
  offerAhead(1);
  expect(sent).toEqual([1]);
  feed.push(event(1), event(2));
  offer(event(1));
  offer(event(2));
  expect(sent).toEqual([1, 2]);
  offerAhead(3);
  subscription.check(3);
  await settle();
  expect(sent).toEqual([1, 2, 3]);
});

test('the last entry of all is sent once, whether the feed has told it or not, and nothing after it', async () => {
  const { sent, subscription, offer } = givenSubscription(0, [event(9)]);
  await subscription.catchUp();
  expect([sent, subscription.takeLast(event(9))]).toEqual([[9], false]);
  const other = givenSubscription(3, []);
  expect([other.subscription.takeLast(event(9)), other.subscription.takeLast(event(9))]).toEqual([true, false]);
  const beyond = givenSubscription(99, []);
  expect(beyond.subscription.takeLast(event(9))).toBe(true);
  for (const { offer: any } of [{ offer }, other]) any(event(10));
  expect([sent, other.sent]).toEqual([[9], []]);
});

test('while the feed is read, without room, and after the end nothing is taken ahead of it', async () => {
  const { sent, subscription, feed, pauseFeed, resumeFeed, fill, drain } = givenSubscription(0, [event(1)]);
  pauseFeed();
  const done = subscription.catchUp();
  expect(subscription.takeAhead(event(1))).toBe(false);
  resumeFeed();
  await done;
  fill();
  expect(subscription.takeAhead(event(2))).toBe(false);
  drain();
  subscription.close();
  expect(subscription.takeAhead(event(2))).toBe(false);
  expect([sent, feed.length]).toEqual([[1], 1]);
});

test('a gap in live entries is filled from the feed', async () => {
  const { sent, offer } = givenSubscription(0, [event(1), event(2), event(3)]);
  offer(event(3));
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
  const { sent, subscription, offer } = givenSubscription(9, [event(1)]);
  await subscription.catchUp();
  offer(event(2));
  expect(sent).toEqual([]);
  offer(event(10));
  expect(sent).toEqual([10]);
});

test('a closed subscription sends nothing', async () => {
  const { sent, subscription, offer } = givenSubscription(0, [event(1)]);
  subscription.close();
  await subscription.catchUp();
  offer(event(1));
  expect(sent).toEqual([]);
});

const upTo = (last: number) => Array.from({ length: last }, (_, index) => event(index + 1));
const seqs = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test('a reader without room is sent nothing, and what it missed, in order, once it reads again', async () => {
  const { sent, offer, feed, fill, drain } = givenSubscription(0, []);
  offer(event(1));
  feed.push(...upTo(20));
  fill();
  for (const item of upTo(20)) offer(item);
  await settle();
  expect(sent).toEqual([1]);
  drain();
  await settle();
  expect(sent).toEqual(seqs(20));
  offer(event(21));
  expect(sent).toEqual(seqs(21));
});

test('one that is far behind by then is told to catch up by itself, and goes on from there', async () => {
  const fellBehind: number[] = [];
  const { sent, offer, feed, fill, drain } = givenSubscription(0, [], { onFellBehind: (seq) => fellBehind.push(seq) });
  feed.push(...upTo(5_000));
  fill();
  for (const item of upTo(5_000)) offer(item);
  drain();
  await settle();
  expect([fellBehind, sent]).toEqual([[5_000], []]);
  offer(event(5_001));
  expect(sent).toEqual([5_001]);
});

test('a replay goes on no faster than its reader reads', async () => {
  const { sent, subscription, fill, drain } = givenSubscription(0, upTo(600));
  fill();
  const done = subscription.catchUp();
  await settle();
  expect(sent).toEqual([]);
  drain();
  await done;
  expect(sent).toEqual(seqs(600));
});
