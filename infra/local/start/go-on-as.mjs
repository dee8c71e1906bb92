import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const PARENT_POLL_MS = 250;

/** Runs a Node program in place of this one: same terminal, same signals, same exit code, ends when this one ends. */
export function goOnAs(node, args) {
  // Over the fourth channel nothing is sent: its end tells the program that this process was killed.
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  // Ctrl-C in a terminal reaches the program directly as well, and again from npm: it takes them as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`${node} does not start: ${error.message}`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
  if (process.env.npm_lifecycle_event) endWithParent(child);
}

/** A killed npm cannot pass the signal on; without this everything would run on with nobody to stop it. */
function endWithParent(child) {
  const first = findParents();
  setInterval(() => findParents() !== first && child.kill('SIGTERM'), PARENT_POLL_MS).unref();
}

/** Our parent; where that is a shell that npm put between, npm as well. (Elsewhere than on Linux shells step aside.) */
function findParents() {
  const parent = process.ppid;
  try {
    const isShell = /^(ba|da)?sh$/.test(readFileSync(`/proc/${parent}/comm`, 'utf8').trim());
    const status = isShell ? readFileSync(`/proc/${parent}/status`, 'utf8') : '';
    return `${parent} ${/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? ''}`;
  } catch {
    return `${parent} `;
  }
}
