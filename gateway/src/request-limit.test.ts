import { expect, test } from '@jest/globals';
import { newRequestLimit } from './request-limit.ts';

test('each has as many a minute as are allowed, and hears when to come again', () => {
  let now = 0;
  const limit = newRequestLimit(2, () => now);
  const count = (who: string) => {
    try {
      limit.count(who);
      return 'let through';
    } catch (error) {
      const { code, headers } = error as { code: string; headers: Record<string, string> };
      return `${code} ${headers['retry-after']} ${headers.ratelimit}`;
    }
  };
  now = 20_500;
  expect(['a', 'a', 'a', 'b'].map(count)).toEqual([
    'let through',
    'let through',
    'RATE_LIMITED 40 "requests"; r=0; t=40',
    'let through',
  ]);
  now = 60_000;
  expect(count('a')).toBe('let through');
});
