// Liveness of a process whose event loop stands still: a real one, asked as a kubelet asks.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const PROGRAM = fileURLToPath(new URL('blocking-service.ts', import.meta.url));
const PROBE_TIMEOUT_MS = 5_000;

let service: ChildProcessByStdio<Writable, Readable, null>;
let url: string;

beforeEach(async () => {
  service = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(service.stdout, 'data')) as [Buffer];
  url = line.toString('utf8').trim();
});

afterEach(async () => {
  const ended = once(service, 'exit');
  service.kill('SIGKILL');
  await ended;
});

/** As a probe: a status, or none in time. */
async function probe(): Promise<number | 'no answer'> {
  return fetch(`${url}/health/liveness`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).then(
    (response) => response.status,
    () => 'no answer',
  );
}

test('a loop that stands still for good gives no answer', async () => {
  expect(await probe()).toBe(200);
  service.stdin.write('for good\n');
  await eventually(async () => (await probe()) === 'no answer', 30_000);
});

test('one that mostly stands still says that it is not alive, though it answers; when it turns again, it is', async () => {
  service.stdin.write('mostly\n');
  await eventually(async () => (await probe()) === 503, 30_000);
  service.stdin.write('turn\n');
  await eventually(async () => (await probe()) === 200, 30_000);
});
