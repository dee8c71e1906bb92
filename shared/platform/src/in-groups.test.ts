import { expect, test } from '@jest/globals';
import { inGroups } from './in-groups.ts';

type Group = {
  items: readonly string[];
  finish: (results: (string | undefined)[]) => void;
  fail: (error: Error) => void;
};

/** Groups that end when the test says so. */
function given(change: { most?: number; keyOf?: (item: string) => string } = {}) {
  const groups: Group[] = [];
  const alone: string[] = [];
  const ask = inGroups<string, string>({
    most: 3,
    together: (items) => new Promise((finish, fail) => groups.push({ items, finish, fail })),
    alone: async (item) => {
      alone.push(item);
      if (item.startsWith('bad')) throw new Error(`${item} cannot be done`);
      return `${item} alone`;
    },
    ...change,
  });
  const items = () => groups.map((group) => group.items);
  return { groups, items, alone, ask };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what is asked for in one turn goes together at once; what comes meanwhile goes next, as many as may', async () => {
  const { groups, items, ask } = given();
  const first = [ask('a'), ask('b')];
  await turn();
  expect(items()).toEqual([['a', 'b']]);
  const second = ['c', 'd', 'e', 'f'].map(ask);
  await turn();
  expect(items()).toHaveLength(1);
  groups[0]?.finish(['A', 'B']);
  expect(await Promise.all(first)).toEqual(['A', 'B']);
  await turn();
  expect(items().slice(1)).toEqual([['c', 'd', 'e']]);
  groups[1]?.finish(['C', 'D', 'E']);
  await turn();
  groups[2]?.finish(['F']);
  expect(await Promise.all(second)).toEqual(['C', 'D', 'E', 'F']);
  const last = ask('g');
  await turn();
  groups[3]?.finish(['G']);
  expect(await last).toBe('G');
});

test('one that is left out is done alone, and the others are answered', async () => {
  const { groups, alone, ask } = given();
  const all = [ask('a'), ask('b')];
  await turn();
  groups[0]?.finish(['A', undefined]);
  expect(await Promise.all(all)).toEqual(['A', 'b alone']);
  expect(alone).toEqual(['b']);
});

test('a group that is refused is done one by one: only the one at fault is told so', async () => {
  const { groups, ask } = given();
  const all = [ask('a'), ask('bad'), ask('c')];
  await turn();
  groups[0]?.fail(new Error('invalid input syntax'));
  expect(await Promise.allSettled(all)).toEqual([
    { status: 'fulfilled', value: 'a alone' },
    { status: 'rejected', reason: new Error('bad cannot be done') },
    { status: 'fulfilled', value: 'c alone' },
  ]);
});

test('a database that cannot be reached is the fault of all, and is not asked again', async () => {
  const { groups, alone, ask } = given();
  const all = [ask('a'), ask('b')];
  await turn();
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  groups[0]?.fail(away);
  expect(await Promise.allSettled(all)).toEqual([
    { status: 'rejected', reason: away },
    { status: 'rejected', reason: away },
  ]);
  expect(alone).toEqual([]);
});

test('a group that takes its time holds up nobody for long', async () => {
  const { groups, items, ask } = given();
  const stuck = ask('a');
  await turn();
  const next = ask('b');
  while (groups.length < 2) await turn();
  expect(items()).toEqual([['a'], ['b']]);
  groups[1]?.finish(['B']);
  expect(await next).toBe('B');
  groups[0]?.finish(['A']);
  expect(await stuck).toBe('A');
});

test('items of one key are in different groups, in their order', async () => {
  const { groups, items, ask } = given({ keyOf: (item) => item.charAt(0) });
  const all = ['a1', 'a2', 'b1', 'a3'].map(ask);
  for (let n = 0; n < 3; n += 1) {
    await turn();
    groups[n]?.finish(groups[n]?.items as string[]);
  }
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'b1', 'a3']);
  expect(items()).toEqual([['a1', 'b1'], ['a2'], ['a3']]);
});
