// A service as a real process: how it starts, and how it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

let directory: string;
const platform = new URL('../src/run-process.ts', import.meta.url).href;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'a process '));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

type Ended = { code: number | null; signal: string | null; output: string };

/** @param start the body of the service's start function */
function run(start: string): { child: ChildProcess; output: () => string; ended: Promise<Ended> } {
  const file = join(directory, 'service.mjs');
  writeFileSync(
    file,
    `import { runProcess } from ${JSON.stringify(platform)};
     const close = async () => console.log('closed');
     await runProcess('a-service', async (env) => { ${start} });`,
  );
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    env: { PATH: process.env.PATH, GREETING: 'hello' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output }) as Ended);
  return { child, output: () => output, ended };
}

const RUNNING = `const timer = setInterval(() => {}, 1000);
  return { name: 'a-service', url: 'http://here/' + env.GREETING, close };`;

test.each(['SIGTERM', 'SIGINT'] as const)('it says where it listens, and closes in order at %s', async (signal) => {
  const { child, output, ended } = run(RUNNING);
  await eventually(() => output().includes('"message":"Started"'));
  expect(output()).toContain('"url":"http://here/hello"');
  child.kill(signal);
  child.kill(signal);
  const { code, output: all } = await ended;
  expect([code, all.match(/closed/g)]).toEqual([0, ['closed']]);
});

test('a start that fails is told with its reason, and the process ends with 1', async () => {
  const { code, output } = await run(`throw new Error('the port is taken');`).ended;
  expect(code).toBe(1);
  const line = JSON.parse(output.trim());
  expect(line).toMatchObject({ level: 'error', message: 'Could not start', error: 'the port is taken' });
  // Who logged it, and where it was thrown.
  expect(line).toMatchObject({ function: 'runProcess', line: expect.stringMatching(/^run-process\.ts:\d+$/) });
  expect(line.stack).toContain('service.mjs');
});

test.each([
  ['an exception', `setTimeout(() => { throw new Error('nobody caught me'); });`],
  ['a rejection', `setTimeout(() => Promise.reject(new Error('nobody caught me')));`],
])('%s that nobody catches is told, the service is closed, and the process ends with 1', async (_what, fault) => {
  const { code, output } = await run(`${fault} ${RUNNING}`).ended;
  expect(code).toBe(1);
  expect(output).toContain('"error":"nobody caught me"');
  expect(output).toContain('closed');
});

test('a close that fails is told, and the process still ends', async () => {
  const failing = RUNNING.replace('close }', `close: async () => { throw new Error('stuck'); } }`);
  const { child, output, ended } = run(failing);
  await eventually(() => output().includes('"message":"Started"'));
  child.kill('SIGTERM');
  expect((await ended).output).toContain('"message":"Stop failed"');
});
