// The product as a user starts it, for measuring: a process of its own in a fresh home.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Dispatcher, request } from 'undici';

const MAIN = fileURLToPath(new URL('../infra/local/src/main.ts', import.meta.url));
export const API_KEY = 'key-of-the-benchmarks-0123456789';
export const HEADERS = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };

export type RunningProduct = { url: string; home: string; pid: number; readyAfterMs: number; close(): Promise<void> };

/** @param env more for its environment */
export async function startProduct(env: Record<string, string> = {}): Promise<RunningProduct> {
  const home = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const start = performance.now();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    // The limits would measure themselves.
    env: {
      ...process.env,
      PORT: '0',
      BUILDER_HOME: home,
      BUILDER_API_KEY: API_KEY,
      RATE_LIMIT_TASKS: '1000000',
      RATE_LIMIT_REQUESTS: '1000000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await address(child);
  return {
    url,
    home,
    pid: child.pid as number,
    readyAfterMs: performance.now() - start,
    async close() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await rm(home, { recursive: true, force: true });
    },
  };
}

function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const link = output.match(/https?:\/\/\S+(?=\/sign-in\?token=)/)?.[0];
      if (link) resolve(link);
    });
    child.once('exit', (code) => reject(new Error(`The product ended with ${code}:\n${output}`)));
  });
}

/** A call of the API by the benches' key. @throws Error for an answer that says it was not done */
export async function callApi<T>(
  url: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  dispatcher?: Dispatcher,
): Promise<T> {
  const answer = await request(url + path, {
    method,
    headers: HEADERS,
    ...(dispatcher && { dispatcher }),
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 400) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
  return JSON.parse(text) as T;
}

/** The proportional set size of a process and all it started, in MiB (Linux). */
export async function memoryOf(pid: number): Promise<number> {
  let kib = 0;
  for (const member of await familyOf(pid)) {
    const rollup = await readFile(`/proc/${member}/smaps_rollup`, 'utf8').catch(() => '');
    kib += Number(rollup.match(/^Pss:\s+(\d+)/m)?.[1] ?? 0);
  }
  return kib / 1024;
}

async function familyOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const found = await Promise.all(
    children
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .map((child) => familyOf(Number(child))),
  );
  return [pid, ...found.flat()];
}

/** The database server that belongs to a home. */
export async function postgresPid(home: string): Promise<number | undefined> {
  const all = await readdir(home, { recursive: true });
  const file = all.find((path) => path.endsWith('postmaster.pid'));
  return file ? Number((await readFile(join(home, file), 'utf8')).split('\n', 1)[0]) : undefined;
}
