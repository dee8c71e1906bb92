import { expect, test } from '@jest/globals';
import { storable } from './storable.ts';

test('what PostgreSQL does not store is replaced, in keys and at any depth, and the rest is left as it is', () => {
  const value = [{ 'a\0': 'b\0', deep: { list: ['\ud800x', 'ok \u{1f600}'] }, n: 1, no: null, yes: true }];
  expect(storable(value)).toEqual([
    { 'a\ufffd': 'b\ufffd', deep: { list: ['\ufffdx', 'ok \u{1f600}'] }, n: 1, no: null, yes: true },
  ]);
});
