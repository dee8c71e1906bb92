// A server that a test starts, kills, pauses and restarts as it likes, and that does not outlive the test.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export type ServerProcess = {
  pid(): number;
  /** SIGKILL: what the server keeps on disk stays. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
  /** SIGTERM. @returns its exit code; null when a signal ended it */
  stop(): Promise<number | null>;
  /** SIGSTOP and SIGCONT: it accepts connections and answers nothing. */
  pause(): void;
  resume(): void;
};

export type ServerProcessOptions = {
  command: string;
  args: string[];
  port: number;
  env?: Record<string, string>;
  cwd?: string;
};

const START_LIMIT_MS = 60_000;
const POLL_MS = 20;
const KEPT_OUTPUT = 20_000;

// Where the system can, it ends the server when the test run dies, however that dies.
const hasDeathSignal = () => spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0;

/** Resolves when the port answers. @throws when it does before, and with what the server printed when it ends before that */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { command, args, port, env, cwd } = options;
  const [program, ...rest] = hasDeathSignal()
    ? ['setpriv', '--pdeathsig', 'KILL', command, ...args]
    : [command, ...args];
  let child: ChildProcess;

  async function start(): Promise<void> {
    // Whoever answers there would be taken for the server.
    if (await answersAt(port)) throw new Error(`Port ${port} is taken.`);
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child = spawn(program as string, rest, {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const failed = new Promise<never>((_resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Error(`${command} ended with ${code ?? signal}:\n${output}`)));
    });
    // After the start an end is what the test wants, or what it will notice.
    failed.catch(() => {});
    await Promise.race([failed, waitForPort(port)]);
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      // A process that is paused ends when it goes on.
      child.kill('SIGCONT');
      await ended;
    }
    return child.exitCode;
  }

  await start();
  return {
    pid: () => child.pid as number,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    restart: start,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}

async function waitForPort(port: number): Promise<void> {
  for (const started = performance.now(); performance.now() - started < START_LIMIT_MS; await delay(POLL_MS)) {
    if (await answersAt(port)) return;
  }
  throw new Error(`Nothing answers on port ${port}.`);
}

async function answersAt(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  const answers = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return answers;
}
