import { describe, expect, test } from '@jest/globals';
import { PRICE_LIST } from './price-list.ts';
import { costOf, worstCostOf } from './prices.ts';

const MILLION = { input: 1_000_000, output: 1_000_000 };
const USD = 1_000_000;

describe('what an answer cost', () => {
  test.each([
    ['claude-sonnet-5-5', 12],
    ['claude-sonnet-4-6', 18],
    ['claude-opus-5-5', 24],
    ['claude-opus-5', 30],
    ['claude-opus-4-8', 30],
    ['claude-opus-4-1-20250805', 90],
    ['claude-fable-5-2', 60],
    ['claude-mythos-preview', 150],
    ['claude-haiku-4-5', 6],
    ['claude-haiku-5-5', 3],
    ['gpt-6.1-sol', 19],
    ['gpt-6-luna-2026-09-22', 0.95],
    ['a-model-that-nobody-knows', 330],
  ])('of %s is $%d for a million tokens each way', (model, usd) => {
    expect(costOf(model, MILLION)).toBe(usd * USD);
  });

  test('of a short prompt is less where the provider has it so', () => {
    expect(costOf('claude-haiku-5-5', { input: 100_000, output: 100_000 })).toBe(60_000);
    expect(costOf('claude-haiku-5-5', { input: 100_001, output: 100_000 })).toBe(300_001);
    expect(costOf('claude-haiku-5-5', { input: 1, cacheRead: 100_000, output: 100_000 })).toBe(255_001);
  });

  test('has the cache in it, and is rounded up', () => {
    expect(costOf('claude-sonnet-5-5', { input: 0, output: 0, cacheWrite: USD, cacheRead: USD })).toBe(2.7 * USD);
    expect(costOf('claude-sonnet-4-6', { input: 0, output: 0, cacheRead: 1 })).toBe(1);
  });
});

test('no answer costs more than the worst that was said before', () => {
  for (const model of [
    ...PRICE_LIST.map((row) => row.model.source.replace(/[^a-z0-9-].*/, '')),
    'claude-haiku-5-5',
    'x',
  ]) {
    for (const prompt of [1, 100_000, 100_001]) {
      const worst = worstCostOf(model, prompt, 500);
      const all = { output: 500, input: 0, cacheWrite: 0, cacheRead: 0 };
      for (const part of ['input', 'cacheWrite', 'cacheRead'] as const)
        expect({ model, cost: costOf(model, { ...all, [part]: prompt }) <= worst }).toEqual({ model, cost: true });
    }
  }
});
