// A gateway that has carried thousands of requests has no more listeners, connections or handles than a fresh one.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from '@builder-ai/testing/eventually';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { expect, test } from '@jest/globals';
import { API_KEY, BY_KEY } from './given-gateway.ts';
import { givenUpstream } from './given-upstream.ts';

const MAIN = fileURLToPath(new URL('./run-gateway.ts', import.meta.url));
const AT_ONCE = 20;

test('2,000 requests of every kind leave nothing behind, and nothing to warn of', async () => {
  const database = await openServiceDatabase('gateway');
  const busDatabase = await openServiceDatabase();
  const upstream = await givenUpstream('service');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATABASE_URL: database.url,
      BUS_DATABASE_URL: busDatabase.url,
      BUILDER_API_KEY: API_KEY,
      RATE_LIMIT_TASKS: '100000',
      RATE_LIMIT_REQUESTS: '1000000',
      TASK_SERVICE_URL: upstream.url,
      AGENT_SERVICE_URL: upstream.url,
      NOTIFICATION_SERVICE_URL: upstream.url,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const complaints: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text) => complaints.push(text));
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    const url = await started(child);
    upstream.behave((incoming, response) => {
      if (incoming.url?.includes('die')) return void incoming.socket.destroy();
      if (incoming.url?.includes('never')) return;
      incoming.resume();
      response.end('x'.repeat(20_000));
    });
    await send(url, agent, 200);
    const before = await handles(url, agent);
    await send(url, agent, 2_000);
    // Kept connections come and go; one left behind by each request of any kind would be 200.
    await eventually(async () => (await handles(url, agent)) <= before + 2 * AT_ONCE);
    // Of the requests that were given up on one side, none is open on the other.
    await eventually(() => upstream.sockets.size <= 2 * AT_ONCE);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(complaints).toEqual([]);
  } finally {
    agent.destroy();
    child.kill('SIGKILL');
    await exited;
    await upstream.close();
    await database.drop();
    await busDatabase.drop();
  }
}, 120_000);

/** Resolves with its address when it says that it has started. */
async function started(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The child has no output.');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const { message, url } = JSON.parse(line);
    if (message !== 'Started') continue;
    child.stdout.resume();
    return url;
  }
  throw new Error('The gateway did not start.');
}

/** Requests that end well, that a service breaks, that a client gives up, that nobody may make. */
async function send(url: string, agent: Agent, count: number): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const kind = left % 10;
      if (kind === 0) await call(url, agent, 'GET', '/tasks/die');
      else if (kind === 1) await call(url, agent, 'GET', '/tasks/never', { giveUp: true });
      else if (kind === 2) await call(url, agent, 'POST', '/tasks', { body: 'x'.repeat(50_000) });
      else if (kind === 3) await call(url, agent, 'POST', '/tasks', { body: 'x'.repeat(50_000), giveUp: true });
      else if (kind === 4) await call(url, agent, 'GET', '/nothing');
      else if (kind === 5) await call(url, agent, 'HEAD', '/tasks');
      else await call(url, agent, 'GET', '/tasks/id/files/a.txt');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

type Options = { body?: string; giveUp?: boolean };

/** @returns the answer's text, or nothing for a request that the client gives up as soon as it is on its way */
function call(url: string, agent: Agent, method: string, path: string, options: Options = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, { method, agent, headers: BY_KEY }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('error', () => resolve(text)).on('end', () => resolve(text));
    });
    outgoing.on('error', (error) => (options.giveUp ? resolve('') : reject(error)));
    outgoing.end(options.body, () => {
      if (options.giveUp) setImmediate(() => outgoing.destroy());
    });
  });
}

async function handles(url: string, agent: Agent): Promise<number> {
  const metrics = await call(url, agent, 'GET', '/metrics');
  return Number(metrics.match(/^nodejs_active_handles_total\{.*\} (\d+)$/m)?.[1]);
}
