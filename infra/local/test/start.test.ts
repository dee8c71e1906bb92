import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { findFreePort } from '../src/free-port.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let home: string;
let port: number;
const children: ChildProcess[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'builder home '));
  port = await findFreePort();
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

test('a start prints a link that signs in, a second start is told so, and a stop leaves nothing open', async () => {
  const first = start();
  const link = await first.saw(/http:\S+\/sign-in\?token=\S+/);
  expect(link).toContain(`http://127.0.0.1:${port}/`);
  expect((await fetch(`http://127.0.0.1:${port}/health/readiness`)).status).toBe(200);

  const second = start();
  expect(await second.exitCode).toBe(1);
  expect(second.output()).toContain(`already running (process ${first.child.pid}, http://127.0.0.1:${port})`);

  first.child.kill('SIGINT');
  expect(await first.exitCode).toBe(0);
  expect(first.output()).toContain('Stopped.');
  expect(readdirSync(home)).not.toContain('running.json');
  expect(readdirSync(join(home, 'postgres', 'data'))).not.toContain('postmaster.pid');
});

test('after a kill the next start comes up by itself', async () => {
  const first = start();
  await first.saw(/is ready/);
  first.child.kill('SIGKILL');
  const next = start();
  await next.saw(/is ready/);
  next.child.kill('SIGTERM');
  expect(await next.exitCode).toBe(0);
});

test('a port that is taken ends the start with the way out', async () => {
  const thief = createServer().listen(port, '127.0.0.1');
  await once(thief, 'listening');
  const refused = start();
  expect(await refused.exitCode).toBe(1);
  thief.close();
  expect(refused.output()).toMatch(new RegExp(`Port ${port} on 127.0.0.1 is taken[^]*PORT=\\d+ npm start`));
});

function start() {
  const env = { ...process.env, BUILDER_HOME: home, PORT: String(port) };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const saw = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(output)?.[0];
      if (found) return found;
      if (child.exitCode !== null) throw new Error(`It ended: ${output}`);
      await once(child.stdout, 'data');
    }
  };
  const exitCode = once(child, 'close').then(([code]) => code as number);
  return { child, saw, exitCode, output: () => output };
}
