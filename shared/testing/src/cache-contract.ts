// The promises of the cache port, as tests that every adapter runs.
import type { Cache } from '@builder-ai/platform/cache/cache';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';

/**
 * Registers the contract's tests.
 * @param open a cache that is empty; each test has its own
 */
export function testCacheContract(adapter: string, open: () => Promise<Cache>): void {
  describe(`${adapter} keeps the cache contract`, () => {
    let cache: Cache;

    beforeEach(async () => {
      cache = await open();
    });

    afterEach(() => cache.close());

    test('what was never stored is a miss', async () => {
      expect(await cache.get('nothing')).toBeUndefined();
    });

    test.each([
      ['an object', { id: 'a', list: [1, { deep: true }], nothing: null, text: 'ü€𝄞"\\\n' }],
      ['a list', [1, 'two', null]],
      ['a text', 'text'],
      ['an empty text', ''],
      ['zero', 0],
      ['false', false],
      ['null, which is not a miss', null],
    ])('%s comes back as it was stored', async (_what, value) => {
      await cache.set('a', value, 60);
      expect(await cache.get('a')).toEqual(value);
      expect(await cache.get('a')).toEqual(value);
    });

    test('the last value counts', async () => {
      await cache.set('a', 'first', 60);
      await cache.set('a', 'last', 60);
      expect(await cache.get('a')).toBe('last');
    });

    test('a value of a mebibyte comes back whole', async () => {
      const value = { text: 'ü'.repeat(512 * 1024) };
      await cache.set('a', value, 60);
      expect(await cache.get('a')).toEqual(value);
    });

    test('what is asked of it without waiting happens in that order', async () => {
      const answers = [cache.get('a')];
      for (const value of [1, 2]) {
        void cache.set('a', value, 60);
        answers.push(cache.get('a'));
      }
      void cache.delete('a');
      answers.push(cache.get('a'));
      expect(await Promise.all(answers)).toEqual([undefined, 1, 2, undefined]);
    });

    test('keys are told apart, whatever characters they have', async () => {
      const keys = ['a', 'A', 'a:b', 'a b', 'a*', '', 'ä', '__proto__', 'constructor', 'x'.repeat(500)];
      for (const key of keys) expect(await cache.get(key)).toBeUndefined();
      await Promise.all(keys.map((key, index) => cache.set(key, index, 60)));
      expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(keys.map((_, index) => index));
    });

    test('what is deleted is a miss, and no other key is; deleting nothing is fine', async () => {
      await cache.set('a', 1, 60);
      await cache.set('b', 2, 60);
      await cache.delete('a');
      await cache.delete('a');
      expect([await cache.get('a'), await cache.get('b')]).toEqual([undefined, 2]);
    });

    test('what is stored or taken out is a copy: changing it changes nothing in the cache', async () => {
      const value = { list: [1] };
      await cache.set('a', value, 60);
      value.list.push(2);
      const got = await cache.get<typeof value>('a');
      got?.list.push(3);
      expect(await cache.get('a')).toEqual({ list: [1] });
    });

    test('an entry ends with its time; storing it again gives it a new one', async () => {
      await cache.set('short', 1, 1);
      await cache.set('renewed', 1, 1);
      await cache.set('renewed', 2, 60);
      await cache.set('shorter', 1, 0.01);
      await cache.set('long', 1, 60);
      await eventually(async () => (await cache.get('shorter')) === undefined);
      await eventually(async () => (await cache.get('short')) === undefined);
      expect([await cache.get('renewed'), await cache.get('long')]).toEqual([2, 1]);
    });

    test('a cache that is gone is a miss and no error', async () => {
      await cache.set('a', 1, 60);
      await cache.close();
      await cache.set('b', 1, 60);
      await cache.delete('a');
      expect(await cache.get('a')).toBeUndefined();
    });
  });
}
