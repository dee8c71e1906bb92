// What is off is not loaded: asked of a process of its own, which says what it loads.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const START = new URL('../src/telemetry/start-telemetry.ts', import.meta.url);

const PROGRAM = `
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    const found = url.match(/node_modules\\/(@opentelemetry\\/sdk-node|@sentry\\/node)\\//);
    if (found) console.log(found[1]);
    return next(url, context);
  },
});
const { startTelemetry } = await import(${JSON.stringify(START.href)});
await (await startTelemetry('a-service', process.env)).close();
`;

async function loadedWith(env: Record<string, string>): Promise<string[]> {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', PROGRAM];
  const cwd = fileURLToPath(new URL('..', START));
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
  });
  return [...new Set(stdout.split('\n').filter((line) => line !== ''))];
}

test('without an endpoint nothing of the SDK is loaded', async () => {
  expect(await loadedWith({})).toEqual([]);
  expect(await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' })).toEqual(
    [],
  );
});

test('where errors go to Sentry, that is loaded, and the other is not', async () => {
  expect(await loadedWith({ SENTRY_DSN: 'http://publickey@127.0.0.1:1/1' })).toEqual(['@sentry/node']);
});

test('with one it is', async () => {
  expect(await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).toEqual(['@opentelemetry/sdk-node']);
});
