// What models cost, in micro-dollars for a million tokens. Prices are data with a date; a model that is not here costs the
// dearest of them, so that a cap holds for it too.

export type Price = {
  model: RegExp;
  /** For prompts of up to so many tokens; a later row has the price of longer ones. */
  promptTokens?: number;
  input: number;
  output: number;
  cacheWrite: number;
  cacheRead: number;
};

export type TokenCounts = { input: number; output: number; cacheWrite?: number; cacheRead?: number };

/**
 * The first row that fits is a model's price. As published on 2026-11-23 at
 * https://platform.claude.com/docs/en/about-claude/pricing
 */
export const PRICES: readonly Price[] = [
  price(/^claude-mythos-preview/, 25, 125),
  price(/^claude-(fable|mythos)-5/, 10, 50),
  price(/^claude-opus-5-5/, 4, 20),
  price(/^claude-opus-(5|4-[5-8])/, 5, 25),
  price(/^claude-opus-4/, 15, 75),
  price(/^claude-sonnet-5/, 2, 10),
  price(/^claude-sonnet-4/, 3, 15),
  price(/^claude-haiku-5-5/, 0.1, 0.5, 100_000),
  price(/^claude-haiku-5-5/, 0.5, 2.5),
  price(/^claude-haiku-4/, 1, 5),
];

/** In dollars. Writing to the cache costs a quarter more than reading the prompt, reading from it a tenth at most. */
function price(model: RegExp, input: number, output: number, promptTokens?: number): Price {
  const microUsd = (usd: number) => Math.round(usd * 1_000_000);
  return {
    model,
    input: microUsd(input),
    output: microUsd(output),
    cacheWrite: microUsd(input * 1.25),
    cacheRead: microUsd(input * 0.1),
    ...(promptTokens !== undefined && { promptTokens }),
  };
}

/** In micro-dollars, rounded up. */
export function costOf(model: string, { input, output, cacheWrite = 0, cacheRead = 0 }: TokenCounts): number {
  const prompt = input + cacheWrite + cacheRead;
  const row = pricesOf(model).find(({ promptTokens }) => promptTokens === undefined || prompt <= promptTokens);
  const { input: perInput, output: perOutput, ...cache } = row ?? worstOf(PRICES);
  const perMillion =
    input * perInput + output * perOutput + cacheWrite * cache.cacheWrite + cacheRead * cache.cacheRead;
  return Math.ceil(perMillion / 1_000_000);
}

/** The most that a request can cost, in micro-dollars, when nothing is known but how long it and its answer may be. */
export function worstCostOf(model: string, promptTokens: number, outputTokens: number): number {
  const { input, output, cacheWrite } = worstOf(pricesOf(model));
  return Math.ceil((promptTokens * Math.max(input, cacheWrite) + outputTokens * output) / 1_000_000);
}

/** All of them for a model that nobody knows. */
function pricesOf(model: string): readonly Price[] {
  const rows = PRICES.filter((row) => row.model.test(model));
  const [first] = rows;
  return first ? rows.filter((row) => row.model.source === first.model.source) : [worstOf(PRICES)];
}

function worstOf(rows: readonly Price[]): Price {
  const most = (part: 'input' | 'output' | 'cacheWrite' | 'cacheRead') => Math.max(...rows.map((row) => row[part]));
  const [cacheWrite, cacheRead] = [most('cacheWrite'), most('cacheRead')];
  return { model: /^/, input: most('input'), output: most('output'), cacheWrite, cacheRead };
}
