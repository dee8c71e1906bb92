// Programs that are measured, each a process of its own, and what measures them.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type Started = { url: string; pid: number; close(): Promise<void> };

const run = promisify(execFile);

const end = async (child: ChildProcess) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

/** A TypeScript program of this folder that prints its address. */
export async function startProgram(name: string, env: Record<string, string>): Promise<Started> {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    env: { PATH: process.env.PATH, ...env } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended before it listened.`))),
  ])) as [Buffer];
  return { url: line.toString('utf8').trim(), pid: child.pid as number, close: () => end(child) };
}

export const API_KEY = 'key-of-the-benchmarks-0123456789';

export type FullGatewayOptions = {
  databaseUrl: string;
  logFile: string;
  upstreams: { task: string; agent: string; notification: string };
};

/** Our gateway with all that it does, but for its limits, which would measure themselves. */
export const startFullGateway = ({ databaseUrl, logFile, upstreams }: FullGatewayOptions): Promise<Started> =>
  startProgram('full-gateway', {
    PORT: '0',
    BUILDER_API_KEY: API_KEY,
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'debug',
    LOG_FILE: logFile,
    TASK_SERVICE_URL: upstreams.task,
    AGENT_SERVICE_URL: upstreams.agent,
    NOTIFICATION_SERVICE_URL: upstreams.notification,
    RATE_LIMIT_REQUESTS: '100000000',
  });

/** Debian's nginx with kept connections to the upstream, one worker as the others are one process. */
export async function startNginx(directory: string, upstream: string, port: number): Promise<Started> {
  const config = `master_process off; daemon off; pid ${directory}/nginx.pid; error_log ${directory}/nginx.log;
    events { worker_connections 1024; }
    http { access_log off; client_body_temp_path ${directory}/b; proxy_temp_path ${directory}/p; fastcgi_temp_path ${directory}/f;
      uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s; keepalive_requests 1000000;
      upstream service { server ${new URL(upstream).host}; keepalive 64; keepalive_requests 1000000; }
      server { listen 127.0.0.1:${port};
        location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`;
  const file = join(directory, 'nginx.conf');
  await writeFile(file, config);
  const child = spawn('nginx', ['-c', file], { stdio: ['ignore', 'inherit', 'inherit'] });
  const isOpen = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  for (let tries = 0; !(await isOpen()); tries += 1) {
    if (tries > 50) throw new Error('nginx does not listen.');
    await delay(100);
  }
  return { url: `http://127.0.0.1:${port}`, pid: child.pid as number, close: () => end(child) };
}

const PACKAGES = fileURLToPath(new URL('../../scripts/test/debian-packages.mjs', import.meta.url));

const install = (name: string) =>
  run(process.execPath, [
    '-e',
    'import(process.argv[1]).then((m) => m.installPackages([process.argv[2]]))',
    PACKAGES,
    name,
  ]);

/** wrk (and nginx) by Debian's packages. @throws Error that says what to install */
export async function requirePrograms(programs: Record<string, string>): Promise<void> {
  for (const [program, packageName] of Object.entries(programs)) {
    const isThere = () =>
      run('sh', ['-c', `command -v ${program}`]).then(
        () => true,
        () => false,
      );
    if (!(await isThere())) await install(packageName);
    if (!(await isThere())) throw new Error(`This bench needs ${program}: install the package ${packageName}.`);
  }
}

/** The CPU time that a process has used so far, in ms (Linux). */
export async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // After the name, which may have spaces: utime and stime are the 12th and 13th of what follows, in 1/100 s.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export type Load = { requestsPerSecond: number; requests: number; errors: number };

/** `wrk` for some seconds over kept connections. */
export async function load(
  url: string,
  headers: Record<string, string>,
  options: { connections: number; seconds: number },
): Promise<Load> {
  const { connections, seconds } = options;
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, ...given, url]);
  const requestsPerSecond = Number(stdout.match(/Requests\/sec:\s+([\d.]+)/)?.[1]);
  const errors = Number(stdout.match(/Non-2xx or 3xx responses: (\d+)/)?.[1] ?? 0);
  const requests = Number(stdout.match(/(\d+) requests in/)?.[1]);
  return { requestsPerSecond, requests, errors };
}
