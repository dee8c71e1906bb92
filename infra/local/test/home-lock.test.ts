import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openHomeLock } from '../src/home-lock.ts';

const HOLDER = fileURLToPath(new URL('hold-home.ts', import.meta.url));

let home: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-lock-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(home, { recursive: true });
});

test('of five starts at the same instant one gets the home', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => start().answer));
  expect(answers.filter((answer) => answer === 'got it')).toHaveLength(1);
});

test('a second start is told who runs, and where', async () => {
  const first = start();
  await first.answer;
  await expect(openHomeLock(home)).rejects.toThrow(
    `Builder AI is already running (process ${first.child.pid}, http://127.0.0.1:8000) on ${home}.`,
  );
});

test('a killed holder leaves nothing that needs care', async () => {
  const first = start();
  await first.answer;
  first.child.kill('SIGKILL');
  const lock = await openHomeLock(home);
  lock.close();
  expect(readdirSync(home)).toEqual(['lock']);
});

test('a start waits for one that is stopping', async () => {
  const first = start('stopping');
  await first.answer;
  const lock = await openHomeLock(home, ({ pid }) => {
    expect(pid).toBe(first.child.pid);
    first.child.kill('SIGTERM');
  });
  lock.close();
});

function start(state = 'running'): { child: ChildProcess; answer: Promise<string> } {
  const child = spawn(process.execPath, [HOLDER, home, state], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const firstLine = async () => {
    for await (const line of createInterface({ input: child.stdout })) return line;
    return '';
  };
  return { child, answer: firstLine() };
}
