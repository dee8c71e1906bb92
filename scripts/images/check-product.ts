// What is asked of containers that run: who they are, what they may write, that they are healthy, that they work, and how they end.
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import { type RunningProduct, SERVICES } from './run-product.ts';

export type Check = { name: string; passed: boolean; said: string };

const TASK_LIMIT_MS = 120_000;
const ENDED = ['completed', 'failed', 'cancelled'];

export async function checkProduct(engine: Engine, product: RunningProduct): Promise<Check[]> {
  const checks: Check[] = [];
  const add = (name: string, passed: boolean, said: string) => checks.push({ name, passed, said: said.trim() });
  for (const service of SERVICES) {
    const container = product.container(service);
    const inside = (...command: string[]) => engine.tryPodman('exec', container, ...command);
    const user = await inside('id', '-u');
    add(`${service} runs as user 10001`, user.output.trim() === '10001', user.output);
    const written = await inside('sh', '-c', 'touch /app/here /etc/here /here; echo more > /app/package.json');
    add(`${service}'s root cannot be written`, /Read-only file system/.test(written.output), written.output);
    const status = await inside('sh', '-c', 'grep -E "^(CapEff|NoNewPrivs)" /proc/1/status');
    const powerless = /CapEff:\s+0+\s+NoNewPrivs:\s+1/.test(status.output);
    add(`${service} has no capability and gets none`, powerless, status.output);
    const health = await engine.tryPodman('healthcheck', 'run', container);
    add(`${service}'s health check passes`, health.code === 0, health.output);
  }
  const sandbox = await engine.tryPodman('logs', product.container('agent-service'));
  add('commands of agents have a sandbox', !/There is no sandbox/.test(sandbox.output), sandbox.output.slice(-2_000));
  const status = await runTask(product);
  add('a task is built', status === 'completed', status);
  for (const service of [...SERVICES].reverse()) {
    const container = product.container(service);
    await engine.podman('stop', '--time', '45', container);
    const code = (await engine.podman('inspect', '--format', '{{.State.ExitCode}}', container)).trim();
    add(`${service} ends in order when it is told to`, code.endsWith('0') && !code.endsWith('137'), code);
  }
  return checks;
}

/** @returns the status in which it ended */
async function runTask({ url, apiKey }: RunningProduct): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as { id: string; status: string };
  };
  const { id } = await ask('POST', '/tasks', { type: 'build', goal: 'build a landing page with a contact form' });
  await ask('POST', `/tasks/${id}/run-async`);
  for (const started = performance.now(); ; await delay(200)) {
    const { status } = await ask('GET', `/tasks/${id}`);
    if (ENDED.includes(status) || performance.now() - started > TASK_LIMIT_MS) return status;
  }
}
