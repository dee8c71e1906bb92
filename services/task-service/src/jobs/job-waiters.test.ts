import type { Queryable } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import type { WakeChannel } from '@builder-ai/platform/redis/wake-channel';
import { expect, test } from '@jest/globals';
import { newJobWaiters } from './job-waiters.ts';

test('an end that another replica tells of makes it ask at once; one seen here is told to the others', async () => {
  let asked = 0;
  let ended: { id: string }[] = [];
  const query = async () => {
    asked += 1;
    return ended;
  };
  let told = 0;
  let hear = () => {};
  const others: Pick<WakeChannel, 'publish' | 'subscribe'> = {
    publish() {
      told += 1;
    },
    subscribe(listener) {
      hear = () => listener('');
    },
  };
  const waiters = newJobWaiters({ query } as unknown as Queryable, silentLogger, others);
  hear();
  expect(asked).toBe(0);

  const end = waiters.waitForEnd('job', 10_000);
  // Its own first question is answered before the other replica tells.
  await Promise.resolve().then(() => {});
  ended = [{ id: 'job' }];
  const before = asked;
  hear();
  expect(asked).toBe(before + 1);
  expect(await end).toBe(true);
  expect(told).toBe(0);
  waiters.wake();
  expect(told).toBe(1);
  waiters.close();
});
