import { expect, test } from '@jest/globals';
import { markOfAddress, markOfSession, newSessionId } from './session-id.ts';

test('an id is another one each time, and bears the mark of its replica’s address', () => {
  const ids = Array.from({ length: 100 }, () => newSessionId('10.0.0.1', 8000));
  expect(new Set(ids).size).toBe(100);
  expect(new Set(ids.map(markOfSession))).toEqual(new Set([markOfAddress('10.0.0.1', 8000)]));
});

test('another address or port has another mark; IPv4 is the same on a socket that takes both kinds', () => {
  const marks = [markOfAddress('10.0.0.1', 8000), markOfAddress('10.0.0.2', 8000), markOfAddress('10.0.0.1', 8001)];
  expect(new Set(marks).size).toBe(3);
  expect(markOfAddress('::ffff:10.0.0.1', 8000)).toBe(marks[0]);
  expect(markOfAddress('fd00::1', 8000)).not.toBe(marks[0]);
});

test.each(['', 'abc', '.', 'socket-io-s-own-id-AA', 'a.b', `${'a'.repeat(20)}.${'b'.repeat(13)}`])(
  '%s is an id of another kind',
  (id) => {
    expect(markOfSession(id)).toBeUndefined();
  },
);
