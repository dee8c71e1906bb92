// Forking a task whose workspace has 200 MB in 2,000 files: from the request until the fork's files are there to be read.
// Usage: npm run bench -- fork
import type { Task } from '@builder-ai/contracts/task';
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { percentile, show } from './harness.ts';
import { HEADERS, startProduct } from './running-product.ts';

const FILES = 2_000;
const FILE_BYTES = 100_000;
const ROUNDS = 9;
const POLL_MS = 10;

const command = `for n in $(seq ${FILES}); do head -c ${FILE_BYTES} /dev/urandom > "$n.bin"; done`;

export async function benchFork(): Promise<string> {
  const provider = await startScriptedProvider({
    script: ({ purpose, results }) => {
      if (purpose === 'plan') return { text: '1. All of it' };
      const toolUse =
        results === 0
          ? { name: 'run_command', input: { command, timeout_seconds: 300 } }
          : { name: 'finish_step', input: { result: 'Done.' } };
      return { toolUses: [toolUse] };
    },
  });
  const product = await startProduct({
    AGENT_MODE: 'claude',
    ANTHROPIC_API_KEY: 'any',
    ANTHROPIC_BASE_URL: provider.url,
    RUN_WAIT_MS: '300000',
  });
  const call = async <T>(method: string, path: string, body?: object): Promise<T> =>
    (
      await fetch(product.url + path, { method, headers: HEADERS, ...(body && { body: JSON.stringify(body) }) })
    ).json() as T;
  try {
    const { id } = await call<Task>('POST', '/tasks', { type: 'build', goal: 'measure' });
    const { status, seq } = await call<Task>('POST', `/tasks/${id}/run-all`);
    if (status !== 'completed') throw new Error(`The run ended as ${status}.`);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      const fork = await call<Task>('POST', `/tasks/${id}/fork`, { at_seq: seq });
      for (let files = 0; files < FILES; ) {
        const answer = await call<unknown[] | object>('GET', `/tasks/${fork.id}/files`);
        files = Array.isArray(answer) ? answer.length : 0;
        if (files < FILES) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      times.push(performance.now() - start);
    }
    return `fork of 200 MB in ${FILES} files: median ${show(percentile(times, 50))} ms (${show(Math.min(...times))}–${show(Math.max(...times))}), ${ROUNDS} rounds`;
  } finally {
    await product.close();
    await provider.close();
  }
}
