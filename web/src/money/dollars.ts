// The API counts money in whole micro-dollars; people read and write dollars.

const MICRO = 1_000_000;

/** "$0", "$1.50", "$0.0042": at least cents, and of small sums as much as says something. */
export function toDollars(microUsd: number): string {
  const dollars = microUsd / MICRO;
  if (microUsd === 0) return '$0';
  const digits = Math.abs(dollars) >= 1 ? 2 : Math.abs(dollars) >= 0.01 ? 4 : 6;
  const text = dollars.toFixed(digits);
  // Cents stay; zeros after them say nothing.
  return `$${text.replace(/(\.\d\d+?)0+$/, '$1')}`;
}

/** What a person wrote, in micro-dollars; undefined when it is no sum of money. */
export function fromDollars(text: string): number | undefined {
  const cleaned = text
    .trim()
    .replace(/^\$\s*/, '')
    .replace(',', '.');
  if (!/^(\d+\.?\d*|\.\d+)$/.test(cleaned)) return undefined;
  const micro = Math.round(Number(cleaned) * MICRO);
  return Number.isSafeInteger(micro) ? micro : undefined;
}

const STEP = 500_000;

/** A cap to go on with after the present one stopped a run: twice as much, and half a dollar more at least. */
export function toHigherCap(cap: number, spent: number): number {
  const wanted = Math.max(cap * 2, Math.max(cap, spent) + STEP);
  return Math.ceil(wanted / STEP) * STEP;
}
