// One model call and one shell command, sandboxed: ours (recorded, kept, told live) beside a bare loop with the same
// sandbox. The time is that between two requests, as the provider sees it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import type { Script } from '@builder-ai/testing/scripted-provider/script';
import { compare, percentile, report } from './harness.ts';
import { HEADERS, type RunningProduct, startProduct } from './running-product.ts';

const BARE = fileURLToPath(new URL('./bare-loop.ts', import.meta.url));
export const CALLS = 49;
const ROUNDS = 5;

/** Of a command that the model wants after so many others. */
export const commandAfter = (results: number) => `echo ${results} >> lines.txt; wc -l lines.txt`;

const script: Script = ({ purpose, results }) => {
  if (purpose === 'plan') return { text: '1. All of it' };
  if (results < CALLS) return { toolUses: [{ name: 'run_command', input: { command: commandAfter(results) } }] };
  return { toolUses: [{ name: 'finish_step', input: { result: 'Done.' } }] };
};

export async function benchStepOverhead(): Promise<string> {
  const parts: string[] = [];
  for (const latencyMs of [0, 200]) parts.push(`model of ${latencyMs} ms\n${await compareAt(latencyMs)}`);
  return parts.join('\n\n');
}

async function compareAt(latencyMs: number): Promise<string> {
  const provider = await startScriptedProvider({ script, latencyMs: () => latencyMs });
  const product = await startProduct({
    AGENT_MODE: 'claude',
    ANTHROPIC_API_KEY: 'any',
    ANTHROPIC_BASE_URL: provider.url,
  });
  try {
    const unit = 'ms a call and its command (median of a run)';
    return report(
      await compare(
        { name: 'ours', unit, round: () => ours(product, provider) },
        { name: 'bare SDK loop in the same sandbox', unit, round: () => bare(provider) },
        latencyMs > 0 ? 2 : ROUNDS,
      ),
    );
  } finally {
    await product.close();
    await provider.close();
  }
}

export async function ours({ url }: RunningProduct, provider: ScriptedProvider): Promise<number> {
  provider.requests.length = 0;
  const post = async (path: string, body?: object) =>
    (await fetch(url + path, { method: 'POST', headers: HEADERS, ...(body && { body: JSON.stringify(body) }) })).json();
  const { id } = (await post('/tasks', { type: 'build', goal: 'step overhead' })) as { id: string };
  const { status } = (await post(`/tasks/${id}/run-all`)) as { status: string };
  if (status !== 'completed') throw new Error(`The run ended as ${status}.`);
  return betweenRequests(provider);
}

export async function bare(provider: ScriptedProvider): Promise<number> {
  provider.requests.length = 0;
  const directory = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  try {
    const args = ['--disable-warning=ExperimentalWarning', BARE, provider.url, directory];
    const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
    if (code !== 0) throw new Error(`The bare loop ended with ${code}.`);
    return betweenRequests(provider);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export function betweenRequests({ requests }: ScriptedProvider): number {
  const times = requests.filter(({ purpose }) => purpose === 'build').map(({ at }) => at);
  if (times.length !== CALLS + 1) throw new Error(`There were ${times.length} requests.`);
  return percentile(
    times.slice(1).map((at, index) => at - (times[index] as number)),
    50,
  );
}
