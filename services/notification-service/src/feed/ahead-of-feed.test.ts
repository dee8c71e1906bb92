import { expect, test } from '@jest/globals';
import { newAheadOfFeed } from './ahead-of-feed.ts';

/** A feed that is one entry further each time that it is looked at, and a clock. */
function given() {
  const feed = { last: 1, looks: 0, grows: true };
  let now = 0;
  const ahead = newAheadOfFeed({
    async readLastSeq() {
      feed.looks += 1;
      now += 100;
      if (feed.grows) feed.last += 1;
      return feed.last;
    },
    clock: () => now,
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { ahead, feed, pass };
}

test('who asks waits until the feed has what was told of, and no longer', async () => {
  const { ahead, feed } = given();
  ahead.note('a', 3);
  ahead.note('a', 2);
  await ahead.untilFed('a', 1);
  expect(feed).toMatchObject({ last: 3, looks: 2 });
});

test('nobody waits for another task, for what the feed has, and for what was told long ago', async () => {
  const { ahead, feed, pass } = given();
  ahead.note('a', 3);
  await ahead.untilFed('b', 1);
  await ahead.untilFed('a', 3);
  pass(6_000);
  await ahead.untilFed('a', 1);
  expect(feed.looks).toBe(0);
});

test('a feed that stands still is not waited for', async () => {
  const { ahead, feed } = given();
  feed.grows = false;
  ahead.note('a', 3);
  await ahead.untilFed('a', 1);
  expect(feed.looks).toBe(10);
});
