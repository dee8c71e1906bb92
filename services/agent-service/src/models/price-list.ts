// What models cost, in micro-dollars for a million tokens. Prices are data with a date; users add their own (MODEL_PRICES).

export type Price = {
  model: RegExp;
  /** For prompts of up to so many tokens; a later row has the price of longer ones. */
  promptTokens?: number;
  input: number;
  output: number;
  cacheWrite: number;
  cacheRead: number;
};

/** The first row that fits is a model's price. */
export const PRICE_LIST: readonly Price[] = [
  // As published on 2026-11-23 at https://platform.claude.com/docs/en/about-claude/pricing
  price(/^claude-mythos-preview/, 25, 125),
  price(/^claude-(fable|mythos)-5/, 10, 50),
  price(/^claude-opus-5-5/, 4, 20),
  price(/^claude-opus-(5|4-[5-8])/, 5, 25),
  price(/^claude-opus-4/, 15, 75),
  price(/^claude-sonnet-5/, 2, 10),
  price(/^claude-sonnet-4/, 3, 15),
  price(/^claude-haiku-5-5/, 0.1, 0.5, { promptTokens: 100_000 }),
  price(/^claude-haiku-5-5/, 0.5, 2.5),
  price(/^claude-haiku-4/, 1, 5),
  // As reported in November 2026 of https://developers.openai.com/api/docs/pricing, which could not be read itself.
  ...byLength(/^gpt-6-astra/, 10, 50),
  ...byLength(/^gpt-6\.1-sol/, 2, 10, 0.05),
  ...byLength(/^gpt-6\.1-terra/, 1, 5, 0.05),
  ...byLength(/^gpt-6-sol/, 2, 10),
  ...byLength(/^gpt-6-luna/, 0.1, 0.5),
  ...byLength(/^gpt-5\.6-terra/, 2, 12),
  ...byLength(/^gpt-5\.6-luna/, 0.2, 1.2),
  ...byLength(/^gpt-5\.5-pro/, 30, 180),
  ...byLength(/^gpt-5\.5/, 5, 30),
  ...byLength(/^gpt-5\.4-mini/, 0.75, 4.5),
  ...byLength(/^gpt-5\.4-nano/, 0.2, 1.25),
  ...byLength(/^gpt-5\.4/, 2.5, 15),
];

/** In dollars. Writing to the cache costs a quarter more than reading the prompt, reading from it a tenth or so. */
function price(
  model: RegExp,
  input: number,
  output: number,
  more: { promptTokens?: number; cached?: number } = {},
): Price {
  const { cached = 0.1, ...limit } = more;
  const microUsd = (usd: number) => Math.round(usd * 1_000_000);
  return {
    model,
    input: microUsd(input),
    output: microUsd(output),
    cacheWrite: microUsd(input * 1.25),
    cacheRead: microUsd(input * cached),
    ...limit,
  };
}

/** OpenAI's long prompts cost twice as much, and their answers half as much again. */
function byLength(model: RegExp, input: number, output: number, cached?: number): Price[] {
  const more = cached === undefined ? {} : { cached };
  return [price(model, input, output, { ...more, promptTokens: 272_000 }), price(model, input * 2, output * 1.5, more)];
}
