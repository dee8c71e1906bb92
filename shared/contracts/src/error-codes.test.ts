import { expect, test } from '@jest/globals';
import { errorCodes } from './error-codes.ts';

test.each(Object.entries(errorCodes))('%s is an HTTP error with a title and a sentence for people', (code, entry) => {
  expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  expect(entry.status).toBeGreaterThanOrEqual(400);
  expect(entry.status).toBeLessThan(600);
  expect(entry.title).toMatch(/^[A-Z]/);
  expect(entry.detail).toMatch(/^[A-Z`]/);
});

test('errors of one status have one title', () => {
  const titles = Map.groupBy(Object.values(errorCodes), ({ status }) => status);
  const several = [...titles].filter(([, entries]) => new Set(entries.map(({ title }) => title)).size > 1);
  expect(several.map(([status]) => status)).toEqual([]);
});
