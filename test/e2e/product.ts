// The real product, started as a user starts it, in a home of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const START = resolve(import.meta.dirname, '../../infra/local/start.mjs');
const SIGN_IN_LINK = /https?:\/\/\S+\/sign-in\?token=[\w.~-]+/;
/** The first start also prepares the database and builds the page. */
const START_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 20_000;

export type Product = {
  url: string;
  signInLink: string;
  /** A directory of its own; gone after `stop`. */
  home: string;
  stop: () => Promise<void>;
};

/**
 * @param env more for its environment
 * @throws with all it printed when it ends, or prints no sign-in link, within the time limit
 */
export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const home = await mkdtemp(join(tmpdir(), 'builder-ai-e2e-'));
  const child = spawn(process.execPath, [START], {
    // Browser tests make tasks faster than a person does.
    env: { ...process.env, PORT: String(await freePort()), BUILDER_HOME: home, RATE_LIMIT_TASKS: '1000', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    await end(child);
    await rm(home, { recursive: true, force: true });
  };
  try {
    const signInLink = await printed(child, SIGN_IN_LINK);
    return { url: new URL(signInLink).origin, signInLink, home, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The first thing a process prints that fits; goes on reading, so that the process never waits for a reader. */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((found, failed) => {
    let output = '';
    const fail = (why: string) => failed(new Error(`The product ${why}. It printed:\n${output}`));
    const timer = setTimeout(() => fail(`printed no sign-in link in ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const match = output.match(pattern)?.[0];
      if (!match) return;
      clearTimeout(timer);
      found(match);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port was given.');
  return address.port;
}
