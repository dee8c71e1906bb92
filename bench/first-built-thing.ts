// A start in an empty home until the first task is completed, and the memory of everything when idle.
// Usage: npm run bench -- first-built-thing
import { setTimeout as delay } from 'node:timers/promises';
import { percentile, show } from './harness.ts';
import { HEADERS, memoryOf, postgresPid, startProduct } from './running-product.ts';

const ROUNDS = 5;
const IDLE_MS = 5_000;

export async function benchFirstBuiltThing(): Promise<string> {
  const ready: number[] = [];
  const built: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const product = await startProduct();
    try {
      ready.push(product.readyAfterMs / 1000);
      await delay(round === 0 ? IDLE_MS : 0);
      if (round === 0) {
        const database = await postgresPid(product.home);
        memory.push((await memoryOf(product.pid)) + (database ? await memoryOf(database) : 0));
      }
      const task = await post(`${product.url}/tasks`, {
        type: 'build',
        goal: 'build a landing page with a contact form',
      });
      const done = await post(`${product.url}/tasks/${task.id}/run-all`);
      if (done.status !== 'completed') throw new Error(`The task is ${done.status}: ${done.error}`);
      if (round > 0) built.push((performance.now() - start) / 1000);
    } finally {
      await product.close();
    }
  }
  const line = (name: string, values: number[], unit: string) =>
    `${name}: median ${show(percentile(values, 50))} ${unit} (${show(Math.min(...values))}–${show(Math.max(...values))})`;
  return [
    line('start in an empty home → ready', ready, 's'),
    line('start in an empty home → landing page built and checked', built, 's'),
    `idle ${IDLE_MS / 1000} s after the start, everything with PostgreSQL: ${show(memory[0] ?? Number.NaN)} MiB (PSS)`,
  ].join('\n');
}

async function post(url: string, body?: unknown): Promise<{ id: string; status: string; error: string | null }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: HEADERS,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as { id: string; status: string; error: string | null };
}
