// What many rounds did and found, as a row for docs/benchmarks.md.
import type { RoundResult } from './campaign.ts';

export type RoundSum = { add(round: RoundResult, tasks: number): void; toText(): string };

const KINDS = ['kills', 'pauses', 'stops', 'cuts'] as const;

const thousands = (n: number) => n.toLocaleString('en-US');

const toMet = (met: readonly string[]) =>
  [...Map.groupBy(met, (kind) => kind)].map(([kind, all]) => `${all.length} ${kind}`).join(', ');

/** What one round did. */
export function toWords({ done, settled, met, events, seconds }: RoundResult): string {
  const did = KINDS.map((kind) => `${done[kind]} ${kind}`).join(', ');
  return `${did}; ${settled} settled; ${toMet(met)}; ${events} events; ${seconds} s`;
}

export function newRoundSum(): RoundSum {
  const rounds: RoundResult[] = [];
  let tasks = 0;
  const total = (of: (round: RoundResult) => number) => rounds.reduce((sum, round) => sum + of(round), 0);
  return {
    add(round, ofRound) {
      rounds.push(round);
      tasks += ofRound;
    },
    toText() {
      const seeds = rounds.map(({ seed }) => seed);
      const failed = rounds.filter(({ violations }) => violations.length > 0).map(({ seed }) => seed);
      const passed = rounds.length - failed.length;
      const did = KINDS.map((kind) => thousands(total(({ done }) => done[kind]))).join(', ');
      const events = thousands(total((round) => round.events));
      const seconds = total((round) => round.seconds);
      const met = rounds.flatMap((round) => round.met).sort();
      return [
        `| ${seeds[0]}–${seeds.at(-1)} | ${passed} of ${rounds.length} | ${thousands(tasks)} | ${events} | ${did} |`,
        `${total((round) => round.settled)} calls outside settled by their user; tasks: ${toMet(met)}; ${seconds} s in all, ${(seconds / Math.max(1, rounds.length)).toFixed(1)} s a round`,
        ...(failed.length > 0 ? [`failed seeds: ${failed.join(' ')}`] : []),
      ].join('\n');
    },
  };
}
