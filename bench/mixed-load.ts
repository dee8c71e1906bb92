// What 200 clients of the product see at once, beside the same clients asking for the gateway's health: a mix of making and reading
// tasks, once with clients that ask again as soon as they are answered, and once with clients that ask once a second; and one task
// read 500 times a second over 200 connections.
// Usage: npm run bench -- mixed-load
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { atFixedRate } from './fixed-rate.ts';
import { type Contestant, compare, percentile, report } from './harness.ts';
import { HEADERS, startProduct } from './running-product.ts';

const CLIENTS = 200;
const ROUNDS = 7;
const ROUND_MS = 3_000;
const RATE = 500;

type Seen = { times: number[]; errors: number; requests: number };

const nothing = (): Seen => ({ times: [], errors: 0, requests: 0 });

export async function benchMixedLoad(): Promise<string> {
  const product = await startProduct({ AGENT_MODE: 'template', OLLAMA: 'off' });
  const dispatcher = new Agent({ connections: CLIENTS, pipelining: 1 });
  const seen: Record<string, Seen> = {};
  const call = async (into: Seen, method: 'GET' | 'POST', path: string, body?: object) => {
    const since = performance.now();
    into.requests += 1;
    try {
      const answer = await request(product.url + path, {
        method,
        headers: HEADERS,
        dispatcher,
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await answer.body.text();
      into.times.push(performance.now() - since);
      if (answer.statusCode < 400) return JSON.parse(text) as { id: string; job_id: string };
    } catch {}
    into.errors += 1;
    return undefined;
  };
  try {
    const task = await call(nothing(), 'POST', '/tasks', { goal: 'build a landing page' });
    const path = `/tasks/${task?.id}`;
    const job = await call(nothing(), 'POST', `${path}/run-async`);
    await delay(3_000);
    const mix = [
      (into: Seen) => call(into, 'POST', '/tasks', { goal: 'build a landing page' }),
      (into: Seen) => call(into, 'GET', '/tasks?limit=20'),
      (into: Seen) => call(into, 'GET', path),
      (into: Seen) => call(into, 'GET', `${path}/logs`),
      (into: Seen) => call(into, 'GET', `${path}/job-status/${job?.job_id}`),
    ];
    const health = (into: Seen) => call(into, 'GET', '/health');
    /** Each client asks again when it is answered. */
    const closed = (name: string, ways: ((into: Seen) => Promise<unknown>)[]): Contestant => ({
      name,
      unit: 'ms (p95)',
      round: () =>
        noted(seen, name, async (into) => {
          const end = performance.now() + ROUND_MS;
          const client = async (nth: number) => {
            for (let n = nth; performance.now() < end; n += 1) await ways[n % ways.length]?.(into);
          };
          await Promise.all(Array.from({ length: CLIENTS }, (_, nth) => client(nth)));
          return into.times;
        }),
    });
    const atRate = (name: string, rate: number, ways: ((into: Seen) => Promise<unknown>)[]): Contestant => ({
      name,
      unit: 'ms (p95)',
      round: () =>
        noted(seen, name, (into) => atFixedRate(rate, ROUND_MS, async (nth) => ways[nth % ways.length]?.(into))),
    });
    const mixed = await compare(
      closed('mix of five at 200 clients', mix),
      closed('health at 200 clients', [health]),
      ROUNDS,
    );
    const paced = await compare(
      atRate('mix of five, 200 clients, a request a second each', CLIENTS, mix),
      atRate('health, 200 clients, a request a second each', CLIENTS, [health]),
      ROUNDS,
    );
    const cached = await compare(
      atRate('GET /tasks/:id, 500/s', RATE, [(into) => call(into, 'GET', path)]),
      atRate('GET /health, 500/s', RATE, [health]),
      ROUNDS,
    );
    const sums = Object.entries(seen).map(
      ([name, { requests, errors }]) => `${name}: ${requests} requests, ${errors} errors`,
    );
    return [report(mixed), report(paced), report(cached), ...sums].join('\n\n');
  } finally {
    await dispatcher.close();
    await product.close();
  }
}

/** @returns the p95 of the round */
async function noted(
  seen: Record<string, Seen>,
  name: string,
  round: (into: Seen) => Promise<number[]>,
): Promise<number> {
  const into = nothing();
  const times = await round(into);
  seen[name] ??= nothing();
  const all = seen[name];
  all.requests += into.requests;
  all.errors += into.errors;
  return percentile(times, 95);
}
