// The scripted provider as a process of its own: it lives through everything that is done to the product.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@builder-ai/local/free-port';
import { startServerProcess } from '@builder-ai/testing/server-process';

/** One request that the provider received. */
export type ProviderCall = { goal: string };

export type Provider = { url: string; calls(): ProviderCall[]; close(): Promise<void> };

const MAIN = fileURLToPath(import.meta.resolve('@builder-ai/testing/scripted-provider/main'));

/** @param script what it answers, as JSON (see scripted-provider/main.ts) */
export async function startProvider(directory: string, script: object): Promise<Provider> {
  const port = await findFreePort();
  const log = join(directory, `provider-${port}.jsonl`);
  const server = await startServerProcess({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', MAIN],
    port,
    env: { PORT: String(port), SCRIPT: JSON.stringify(script), REQUEST_LOG: log },
  });
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ProviderCall),
    close: () => server.kill(),
  };
}
