import { spawn } from 'node:child_process';

const ANNOUNCE_MS = 300;
const REPORT_MS = 3000;
const TAIL_LENGTH = 4000;

/**
 * Runs a command that takes a while. On a terminal it shows its own progress; elsewhere a line every few seconds
 * says that it goes on, and its output is shown only when it fails. What is over at once is not mentioned.
 * Resolves to whether it succeeded.
 */
export function runWithProgress(title, file, args, { onSpawn, ...options } = {}) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const isTerminal = Boolean(process.stdout.isTTY);
  const child = spawn(file, args, { ...options, stdio: isTerminal ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
  if (child.pid) onSpawn?.(child.pid);
  let announced = false;
  const announcement = setTimeout(() => {
    announced = true;
    console.log(`${title} …`);
  }, ANNOUNCE_MS);
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-TAIL_LENGTH);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const reports = isTerminal ? undefined : setInterval(() => console.log(`  … ${seconds()}`), REPORT_MS);
  const end = (signal) => {
    child.kill(signal);
    child.once('exit', () => process.exit(130));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  return new Promise((resolve) => {
    const finish = (succeeded) => {
      clearInterval(reports);
      clearTimeout(announcement);
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      if (announced || !succeeded) console.log(`${title}: ${succeeded ? 'done' : 'failed'} after ${seconds()}`);
      if (!succeeded) console.error(output);
      resolve(succeeded);
    };
    child.once('error', (error) => {
      keep(error.message);
      finish(false);
    });
    child.once('close', (code) => finish(code === 0));
  });
}
