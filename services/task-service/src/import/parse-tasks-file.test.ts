import { describe, expect, test } from '@jest/globals';
import { MAX_FILE_BYTES, parseTasksFile } from './parse-tasks-file.ts';

const toBytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

describe('parseTasksFile', () => {
  test.each<[string, unknown]>([
    ['a list', [{ id: 'a', goal: 'x' }]],
    ['an object with tasks', { tasks: [{ id: 'a', goal: 'x' }], version: 2 }],
    ['with a byte order mark', '\uFEFF[{"id": "a", "goal": "x"}]'],
  ])('%s', (_what, file) => {
    expect(parseTasksFile(toBytes(file)).tasks.map(({ id }) => id)).toEqual(['a']);
  });

  test('bad rows have their number, their id and every reason; the good ones are there all the same', () => {
    const rows = [{ id: 'a', goal: 'x' }, { id: 'b', goal: '' }, 7, { id: 'a', goal: 'again' }, { id: 4, goal: 'x' }];
    const { tasks, bad } = parseTasksFile(toBytes(rows));
    expect(tasks.map(({ id }) => id)).toEqual(['a', '4']);
    expect(bad).toEqual([
      { row: 2, id: 'b', reasons: ['goal: Goal cannot be empty'] },
      { row: 3, id: null, reasons: ['must be an object'] },
      { row: 4, id: 'a', reasons: ['id: is that of row 1 as well'] },
    ]);
  });

  test('fields that are not kept are counted', () => {
    const rows = [
      { id: 'a', goal: 'x', tags: [], owner: 1 },
      { id: 'b', goal: 'x', tags: [] },
    ];
    expect([...parseTasksFile(toBytes(rows)).unknownFields]).toEqual([
      ['tags', 2],
      ['owner', 1],
    ]);
  });

  test.each<[string, Uint8Array]>([
    ['is not JSON', toBytes('[{')],
    ['is not JSON', toBytes('')],
    ['is not text in UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])],
    ['must hold a list of tasks', toBytes({ a: 1 })],
    ['must hold a list of tasks', toBytes('null')],
    ['50000001 bytes; 50000000 are allowed', new Uint8Array(MAX_FILE_BYTES + 1)],
  ])('refused: %s (%#)', (reason, bytes) => {
    expect(() => parseTasksFile(bytes)).toThrow(reason);
  });

  test('twenty thousand tasks are read at once', () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => ({ id: n, goal: `goal ${n}`, plan: ['a'], logs: ['b'] }));
    expect(parseTasksFile(toBytes(rows)).tasks).toHaveLength(20_000);
  });
});
