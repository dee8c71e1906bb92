import { expect, test } from '@jest/globals';
import { fromDollars, toDollars, toHigherCap } from './dollars.ts';

test.each([
  [0, '$0'],
  [1_500_000, '$1.50'],
  [20_000_000, '$20.00'],
  [4_200, '$0.0042'],
  [7, '$0.000007'],
  [123_456, '$0.1235'],
  [100_000, '$0.10'],
])('%i micro-dollars are %s', (micro, words) => {
  expect(toDollars(micro)).toBe(words);
});

test.each([
  ['1.5', 1_500_000],
  [' $ 2 ', 2_000_000],
  ['0,25', 250_000],
  ['.5', 500_000],
  ['0', 0],
])('%j is read as %i micro-dollars', (text, micro) => {
  expect(fromDollars(text)).toBe(micro);
});

test.each(['', 'two', '-1', '1e3', '1.2.3', '99999999999999999999'])('%j is no sum of money', (text) => {
  expect(fromDollars(text)).toBeUndefined();
});

test('the cap that is offered is twice the present one, and half a dollar more than was spent at least', () => {
  expect(toHigherCap(2_000_000, 1_900_000)).toBe(4_000_000);
  expect(toHigherCap(1_000, 500)).toBe(1_000_000);
  expect(toHigherCap(0, 0)).toBe(500_000);
});
