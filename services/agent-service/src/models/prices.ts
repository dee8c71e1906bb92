// What models cost, in micro-dollars for a million tokens. Prices are data with a date; a model that is not here costs the
// dearest of them, so that a cap holds for it too.

export type Price = { model: RegExp; inputPerMillion: number; outputPerMillion: number };

/** As published by the providers on this day. */
const USD = 1_000_000;

export const PRICES: readonly Price[] = [
  { model: /^claude-sonnet-5/, inputPerMillion: 2 * USD, outputPerMillion: 10 * USD },
  { model: /^claude-sonnet-4/, inputPerMillion: 3 * USD, outputPerMillion: 15 * USD },
  { model: /^claude-haiku-4/, inputPerMillion: 1 * USD, outputPerMillion: 5 * USD },
  { model: /^claude-opus-4-[5-8]/, inputPerMillion: 5 * USD, outputPerMillion: 25 * USD },
  { model: /^claude-opus-4/, inputPerMillion: 15 * USD, outputPerMillion: 75 * USD },
];

const DEAREST: Price = {
  model: /^/,
  inputPerMillion: Math.max(...PRICES.map((price) => price.inputPerMillion)),
  outputPerMillion: Math.max(...PRICES.map((price) => price.outputPerMillion)),
};

export function priceOf(model: string): Price {
  return PRICES.find((price) => price.model.test(model)) ?? DEAREST;
}

/** In micro-dollars, rounded up. */
export function costOf(model: string, inputTokens: number, outputTokens: number): number {
  const { inputPerMillion, outputPerMillion } = priceOf(model);
  return Math.ceil((inputTokens * inputPerMillion + outputTokens * outputPerMillion) / 1_000_000);
}
