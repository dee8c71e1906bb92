// What a call costs, and what it can cost at most. A model that is not in the list costs the dearest of it, so that a cap
// holds for it too.
import { PRICE_LIST, type Price } from './price-list.ts';

export type TokenCounts = { input: number; output: number; cacheWrite?: number; cacheRead?: number };

/** In micro-dollars, rounded up. */
export function costOf(
  model: string,
  { input, output, cacheWrite = 0, cacheRead = 0 }: TokenCounts,
  prices: readonly Price[] = PRICE_LIST,
): number {
  const prompt = input + cacheWrite + cacheRead;
  const row = pricesOf(model, prices).find(({ promptTokens }) => promptTokens === undefined || prompt <= promptTokens);
  const { input: perInput, output: perOutput, ...cache } = row ?? worstOf(prices);
  const perMillion =
    input * perInput + output * perOutput + cacheWrite * cache.cacheWrite + cacheRead * cache.cacheRead;
  return Math.ceil(perMillion / 1_000_000);
}

/** The most that a request can cost, in micro-dollars, when nothing is known but how long it and its answer may be. */
export function worstCostOf(
  model: string,
  promptTokens: number,
  outputTokens: number,
  prices: readonly Price[] = PRICE_LIST,
): number {
  const { input, output, cacheWrite } = worstOf(pricesOf(model, prices));
  return Math.ceil((promptTokens * Math.max(input, cacheWrite) + outputTokens * output) / 1_000_000);
}

/** All of them for a model that nobody knows. */
function pricesOf(model: string, prices: readonly Price[]): readonly Price[] {
  const rows = prices.filter((row) => row.model.test(model));
  const [first] = rows;
  return first ? rows.filter((row) => row.model.source === first.model.source) : [worstOf(prices)];
}

function worstOf(rows: readonly Price[]): Price {
  const most = (part: 'input' | 'output' | 'cacheWrite' | 'cacheRead') => Math.max(...rows.map((row) => row[part]));
  const [cacheWrite, cacheRead] = [most('cacheWrite'), most('cacheRead')];
  return { model: /^/, input: most('input'), output: most('output'), cacheWrite, cacheRead };
}
