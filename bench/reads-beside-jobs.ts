// What readers notice of runs: a task, the list and its logs read at a fixed rate through the gateway, with and without 50 jobs
// under way, whose models take five seconds to answer. Usage: npm run bench -- reads-beside-jobs
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import { startProvider } from '../test/chaos/provider.ts';
import { atFixedRate } from './fixed-rate.ts';
import { compare, percentile, report, roundsOf } from './harness.ts';
import { callApi, startProduct } from './running-product.ts';

const ROUNDS = 7;
const ROUND_MS = 4_000;
const RATE = 100;
const JOBS = 50;
const THINKING_MS = 5_000;
/** They are begun one after the other while the first ones wait for their first answer, so that answers come evenly. */
const SCRIPT = { steps: 6, callsPerStep: 3, latencyMs: THINKING_MS };

export async function benchReadsBesideJobs(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const provider = await startProvider(directory, SCRIPT);
  const product = await startProduct({
    OLLAMA: 'off',
    AGENT_MODE: 'claude',
    ANTHROPIC_API_KEY: 'any',
    ANTHROPIC_BASE_URL: provider.url,
    RUN_CONCURRENCY: String(JOBS),
    RUNS_PER_PROJECT: String(2 * JOBS),
  });
  const dispatcher = new Agent({ connections: 50, pipelining: 1 });
  const call = <T>(method: 'GET' | 'POST', path: string, body?: object) =>
    callApi<T>(product.url, method, path, body, dispatcher);
  try {
    const begin = async () => {
      const { id } = await call<{ id: string }>('POST', '/tasks', { goal: 'measure' });
      await call('POST', `/tasks/${id}/run-async`);
      return id;
    };
    const read = await begin();
    const paths = [`/tasks/${read}`, '/tasks?limit=20', `/tasks/${read}/logs`];
    const p95 = async () =>
      percentile(await atFixedRate(RATE, ROUND_MS, (nth) => call('GET', paths[nth % paths.length] as string)), 95);
    const beside = async () => {
      const ids: string[] = [];
      while (ids.length < JOBS) {
        ids.push(await begin());
        await delay(THINKING_MS / JOBS);
      }
      const result = await p95();
      const { status } = await call<{ status: string }>('GET', `/tasks/${ids.at(-1)}`);
      if (status !== 'in_progress') throw new Error(`The jobs did not last for the round: the last one is ${status}.`);
      for (const id of ids) await call('POST', `/tasks/${id}/cancel`);
      await delay(1_000);
      return result;
    };
    // Its own run is over by then.
    await delay(1_000);
    await call('POST', `/tasks/${read}/cancel`);
    await delay(1_000);
    const name = `three reads in turn, ${RATE}/s`;
    const unit = 'ms (p95)';
    const result = await compare(
      { name: `${name}, ${JOBS} jobs under way`, unit, round: beside },
      { name: `${name}, nothing else`, unit, round: p95 },
      roundsOf(ROUNDS),
    );
    return report(result);
  } finally {
    await dispatcher.close();
    await product.close();
    await provider.close();
    await rm(directory, { recursive: true, force: true });
  }
}
