// Runs two things turn by turn in one run, so that both meet the same machine, and says their ratio with its spread.

export type Measured = { name: string; unit: string; values: number[] };

export type Comparison = { ours: Measured; other: Measured; ratio: { median: number; low: number; high: number } };

export type Contestant = { name: string; unit: string; round: () => Promise<number> };

/**
 * @param rounds how often both are measured; the one that begins changes each round
 * @returns the ratio ours / other of each pair of rounds: median, lowest and highest
 */
export async function compare(ours: Contestant, other: Contestant, rounds: number): Promise<Comparison> {
  const measured = [ours, other].map(({ name, unit }): Measured => ({ name, unit, values: [] })) as [
    Measured,
    Measured,
  ];
  await ours.round();
  await other.round();
  for (let round = 0; round < rounds; round += 1) {
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const contestant = index === 0 ? ours : other;
      measured[index as 0 | 1].values.push(await contestant.round());
    }
  }
  return toComparison(measured[0], measured[1]);
}

export type Called = {
  name: string;
  call: (nth: number) => Promise<unknown>;
  /** What comes before each call, and is not measured. */
  before?: () => Promise<unknown>;
};

/**
 * For calls that are short: both sides are called in turn, call by call, so that whatever disturbs a round disturbs both.
 * @returns of each round that percentile of its calls, in ms
 */
export async function compareCalls(
  ours: Called,
  other: Called,
  rounds: number,
  calls: number,
  p = 95,
): Promise<Comparison> {
  const sides = [ours, other].map((side) => ({ ...side, unit: `ms (p${p})`, values: [] as number[] }));
  // The first round is not counted: code and caches are cold.
  for (let round = 0; round <= rounds; round += 1) {
    const times: [number[], number[]] = [[], []];
    for (let nth = 0; nth < calls; nth += 1) {
      for (const index of nth % 2 === 0 ? [0, 1] : [1, 0]) {
        await sides[index]?.before?.();
        const start = performance.now();
        await sides[index]?.call(nth);
        times[index as 0 | 1].push(performance.now() - start);
      }
    }
    if (round > 0) for (const index of [0, 1] as const) sides[index]?.values.push(percentile(times[index], p));
  }
  return toComparison(sides[0] as Measured, sides[1] as Measured);
}

function toComparison(ours: Measured, other: Measured): Comparison {
  const ratios = ours.values.map((value, round) => value / (other.values[round] as number));
  return {
    ours,
    other,
    ratio: { median: percentile(ratios, 50), low: Math.min(...ratios), high: Math.max(...ratios) },
  };
}

/** @param p 0 to 100 */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;
}

export function report({ ours, other, ratio }: Comparison): string {
  const line = ({ name, unit, values }: Measured) =>
    `${name}: median ${show(percentile(values, 50))} ${unit} (${show(Math.min(...values))}–${show(Math.max(...values))})`;
  return `${line(ours)}\n${line(other)}\nratio: ${show(ratio.median)} (${show(ratio.low)}–${show(ratio.high)}), ${ours.values.length} rounds`;
}

export function show(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Keeps `width` calls under way until `ms` have passed. @returns calls finished a second */
export async function throughput(width: number, ms: number, call: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + ms;
  let done = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (performance.now() < end) {
        await call();
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - start) / 1000);
}

/** How many rounds: BENCH_ROUNDS, to see on a busy machine that a bench works, else as many as the figures are taken with. */
export function roundsOf(usual: number): number {
  return Number(process.env.BENCH_ROUNDS ?? usual);
}
