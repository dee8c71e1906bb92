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
  const ratios = measured[0].values.map((value, round) => value / (measured[1].values[round] as number));
  return {
    ours: measured[0],
    other: measured[1],
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
