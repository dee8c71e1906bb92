// `npm run chaos -- --rounds 50`: kills, pauses and cuts off the processes of the product under load, and checks after
// each round that nothing was lost and nothing done twice. A seed that is printed repeats its round's schedule; the line at the
// end is a row of the table in docs/benchmarks.md.
import { cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCampaign } from './campaign.ts';
import { OUTAGES } from './outage.ts';
import { newRoundSum, toWords } from './round-sum.ts';

const USAGE = `Usage: npm run chaos -- [--rounds 10] [--seed n] [--tasks 20] [--steps 6] [--actions 4]
         [--end-limit 180] [--verbose]
       npm run chaos -- --outage kafka|database|redis|all [--seconds 60]`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        rounds: { type: 'string', default: '10' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
        tasks: { type: 'string', default: '20' },
        steps: { type: 'string', default: '6' },
        actions: { type: 'string', default: '4' },
        'end-limit': { type: 'string', default: '180' },
        verbose: { type: 'boolean', default: false },
        outage: { type: 'string' },
        seconds: { type: 'string', default: '60' },
      },
    });
    const { verbose, outage, ...texts } = values;
    const numbers = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Number(text)]));
    if (!Object.values(numbers).every(Number.isSafeInteger)) return undefined;
    const outages = outage === 'all' ? [...OUTAGES] : OUTAGES.filter((kind) => kind === outage);
    if (outage !== undefined && outages.length === 0) return undefined;
    return { ...(numbers as Record<keyof typeof texts, number>), verbose, outages };
  } catch {
    return undefined;
  }
}

const options = readOptions();
if (!options) {
  console.error(USAGE);
  process.exit(2);
}
const { seed, tasks, steps, actions, seconds, verbose, outages } = options;
const endLimitSeconds = options['end-limit'];
const rounds = outages.length > 0 ? 0 : options.rounds;
const log = (text: string) => {
  if (verbose) console.log(`  ${text}`);
};
// Ctrl-C ends after the round that is under way, with its sum: `--seed` goes on there.
let stopped = false;
process.on('SIGINT', () => {
  stopped = true;
});
const campaign = await startCampaign({ tasks, steps, actions, endLimitSeconds, log });
const sum = newRoundSum();
let passed = 0;
let failed = 0;

function count(violations: readonly string[]): 'passed' | 'FAILED' {
  if (violations.length === 0) passed += 1;
  else failed += 1;
  return violations.length === 0 ? 'passed' : 'FAILED';
}

try {
  for (const kind of outages) {
    const { violations, tasks: during, secondsToReady } = await campaign.outage(kind, seconds);
    const how = `${during} tasks, ready again after ${secondsToReady.toFixed(1)} s`;
    console.log(`${kind} away for ${seconds} s: ${count(violations)} (${how})`);
    for (const violation of violations) console.log(`  ${violation}`);
  }
  for (let index = 0; index < rounds && !stopped; index += 1) {
    const result = await campaign.round(seed + index);
    sum.add(result, tasks);
    console.log(`seed ${result.seed}: ${count(result.violations)} (${toWords(result)})`);
    for (const violation of result.violations) console.log(`  ${violation}`);
  }
} finally {
  if (failed > 0) {
    const kept = join(tmpdir(), `builder-chaos-logs-${seed}`);
    cpSync(join(campaign.home, 'logs'), kept, { recursive: true });
    console.log(`Logs: ${kept}`);
  }
  await campaign.close();
}
if (rounds > 0) console.log(sum.toText());
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
