// What part of a request's work is to find out who asks and to say so to the service, warm: GET /tasks/:id by API key through
// the gateway. The product is one process here, so its profile holds both ends: the key looked up, the assertion made and
// verified. Usage: npm run bench -- identity-cost
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, requirePrograms } from './gateway/processes.ts';
import { percentile, roundsOf, show } from './harness.ts';
import { profileShare } from './profile-share.ts';
import { callApi, startProduct } from './running-product.ts';

const ROUNDS = 7;
const SECONDS = 3;
const CONNECTIONS = 50;
const IDENTITY = /\/gateway\/src\/auth\/|\/platform\/src\/identity\.ts$|\/node_modules\/jose\//;

export async function benchIdentityCost(): Promise<string> {
  await requirePrograms({ wrk: 'wrk' });
  const directory = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  try {
    const began = performance.now();
    const product = await startProduct({
      OLLAMA: 'off',
      NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${directory}`,
    });
    let skipMs: number;
    try {
      const headers = { authorization: `Bearer ${await newKey(product.url)}` };
      const url = `${product.url}/tasks/${await newTask(product.url)}`;
      await load(url, headers, { connections: CONNECTIONS, seconds: SECONDS });
      skipMs = performance.now() - began;
      for (let round = 0; round < roundsOf(ROUNDS); round += 1) {
        const { errors } = await load(url, headers, { connections: CONNECTIONS, seconds: SECONDS });
        if (errors > 0) throw new Error(`${errors} requests were answered with an error.`);
      }
    } finally {
      await product.close();
    }
    const shares = await profileShare(await largest(directory), (url) => IDENTITY.test(url), skipMs, roundsOf(ROUNDS));
    const percent = shares.map((share) => share * 100);
    const [low, high] = [Math.min(...percent), Math.max(...percent)];
    return `finding out who asks, of all work for a request: ${show(percentile(percent, 50))} % (${show(low)}–${show(high)}), ${shares.length} rounds`;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A key as people have them, in a table and not in the environment. */
const newKey = async (url: string) =>
  (await callApi<{ key: string }>(url, 'POST', '/keys', { name: 'bench', scopes: ['read'] })).key;

const newTask = async (url: string) => (await callApi<{ id: string }>(url, 'POST', '/tasks', { goal: 'measure' })).id;

/** Each thread writes a profile: the main one has the most in it. */
async function largest(directory: string): Promise<string> {
  const files = (await readdir(directory)).map((name) => join(directory, name));
  const sizes = await Promise.all(files.map(async (file) => ({ file, size: (await stat(file)).size })));
  return sizes.sort((a, b) => b.size - a.size)[0]?.file ?? '';
}
