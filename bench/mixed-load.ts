// What 200 clients of the product see at once: a mix of making and reading tasks, beside the same clients asking for the gateway's
// health; and one task read 500 times a second over 200 connections, beside the same of health.
// Usage: npm run bench -- mixed-load
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
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
  const call = async (into: Seen, method: 'GET' | 'POST', path: string, body?: object, since = performance.now()) => {
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
        }),
    });
    /** At a fixed rate, counted from when a request was due: one that had to wait its turn is late. */
    const open = (name: string, url: string): Contestant => ({
      name,
      unit: 'ms (p95)',
      round: () =>
        noted(seen, name, async (into) => {
          const begin = performance.now();
          const sent: Promise<unknown>[] = [];
          for (let n = 0; n < (RATE * ROUND_MS) / 1_000; n += 1) {
            const due = begin + (n * 1_000) / RATE;
            const early = due - performance.now();
            if (early > 0) await delay(early);
            sent.push(call(into, 'GET', url, undefined, due));
          }
          await Promise.all(sent);
        }),
    });
    const mixed = await compare(
      closed('mix of five at 200 clients', mix),
      closed('health at 200 clients', [health]),
      ROUNDS,
    );
    const cached = await compare(open('GET /tasks/:id, 500/s', path), open('GET /health, 500/s', '/health'), ROUNDS);
    const sums = Object.entries(seen).map(
      ([name, { requests, errors }]) => `${name}: ${requests} requests, ${errors} errors`,
    );
    return [report(mixed), report(cached), ...sums].join('\n\n');
  } finally {
    await dispatcher.close();
    await product.close();
  }
}

/** @returns the p95 of the round */
async function noted(seen: Record<string, Seen>, name: string, round: (into: Seen) => Promise<void>): Promise<number> {
  const into = nothing();
  await round(into);
  seen[name] ??= nothing();
  const all = seen[name];
  all.requests += into.requests;
  all.errors += into.errors;
  return percentile(into.times, 95);
}
