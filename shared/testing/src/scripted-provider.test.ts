import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@builder-ai/local/free-port';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { stepScript } from './scripted-provider/script.ts';
import { type ScriptedProvider, type ScriptedProviderOptions, startScriptedProvider } from './scripted-provider.ts';
import { startServerProcess } from './server-process.ts';

const MAIN = fileURLToPath(new URL('./scripted-provider/main.ts', import.meta.url));

let provider: ScriptedProvider | undefined;

afterEach(() => provider?.close());

const script = stepScript({
  steps: 2,
  callsPerStep: 2,
  call: (step, n) => ({ name: 'write_file', input: { path: `${step}-${n}` } }),
});

async function givenProvider(options: Partial<ScriptedProviderOptions> = {}): Promise<ScriptedProvider> {
  provider = await startScriptedProvider({ script, ...options });
  return provider;
}

function ask(url: string, body: unknown, headers: Record<string, string> = { 'x-api-key': 'key' }): Promise<Response> {
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'anthropic-version': '2023-06-01', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const json = (response: Response) => response.json() as Promise<{ content: unknown }>;

/** As our builder asks in step 2 after so many calls. */
function buildRequest(calls: number) {
  const made = Array.from({ length: calls }, (_, index) => [
    { role: 'assistant', content: [{ type: 'tool_use', id: `t${index}`, name: 'write_file', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: `t${index}`, content: 'done' }] },
  ]);
  const first = { role: 'user', content: [{ type: 'text', text: 'The goal: a page\nStep 2 of 2: the second' }] };
  return { model: 'm', max_tokens: 10, tools: [{ name: 'write_file' }], messages: [first, ...made.flat()] };
}

describe('the answer', () => {
  test('depends on the request alone: asked again, in any order, it is the same', async () => {
    const { url, requests } = await givenProvider();
    const answers: string[] = [];
    for (const calls of [2, 0, 1, 1]) answers.push(await (await ask(url, buildRequest(calls))).text());
    const blocks = answers.map((text) => JSON.parse(text).content[0]);
    expect(blocks.map(({ name, input }) => ({ name, ...input }))).toEqual([
      { name: 'finish_step', result: 'Part 2 is made.' },
      { name: 'write_file', path: '2-1' },
      { name: 'write_file', path: '2-2' },
      { name: 'write_file', path: '2-2' },
    ]);
    expect(answers[2]).toBe(answers[3]);
    expect(requests.map(({ step, results, complete }) => ({ step, results, complete }))).toEqual(
      [2, 0, 1, 1].map((results) => ({ step: 2, results, complete: true })),
    );
  });

  test('to a planner is the plan', async () => {
    const { url } = await givenProvider();
    const { content } = await json(await ask(url, { messages: [{ role: 'user', content: 'The goal: a page' }] }));
    expect(content).toEqual([{ type: 'text', text: '1. Make part 1\n2. Make part 2' }]);
  });

  test('as a stream has the events of the API in their order, and usage', async () => {
    const { url } = await givenProvider();
    const response = await ask(url, { ...buildRequest(0), stream: true });
    expect(response.headers.get('request-id')).toBe('req_1');
    const events = (await response.text()).split('\n\n').filter(Boolean);
    expect(events.map((event) => event.match(/^event: (.*)\ndata: /)?.[1])).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events[0]).toMatch(/"input_tokens":[1-9]/);
  });

  test('can be made of anything in the request', async () => {
    const { url } = await givenProvider({ script: (_request, { system }) => ({ text: `I was told: ${system}` }) });
    const { content } = await json(await ask(url, { system: 'be kind', messages: [] }));
    expect(content).toEqual([{ type: 'text', text: 'I was told: be kind' }]);
  });
});

describe('a request that is refused', () => {
  test.each([
    ['without a key', {}, {}, 401, 'authentication_error'],
    ['with another key', {}, { 'x-api-key': 'other' }, 401, 'authentication_error'],
    ['that is no JSON', 'x', { 'x-api-key': 'key' }, 400, 'invalid_request_error'],
  ])('%s', async (_name, body, headers, status, type) => {
    const { url, requests } = await givenProvider({ apiKey: 'key' });
    const response = await ask(url, body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type } });
    expect(requests).toEqual([]);
  });
});

describe('a fault', () => {
  test('is chosen for each request, and what was not sent whole is not complete', async () => {
    const { url, requests } = await givenProvider({
      fault: (_request, count) =>
        count === 1 ? { kind: 'status', status: 529, retryAfterSeconds: 3 } : count === 2 ? { kind: 'cut' } : undefined,
    });
    const overloaded = await ask(url, buildRequest(0));
    expect([overloaded.status, overloaded.headers.get('retry-after')]).toEqual([529, '3']);
    await expect(ask(url, buildRequest(0)).then((response) => response.text())).rejects.toThrow();
    expect((await ask(url, buildRequest(0))).status).toBe(200);
    expect(requests.map(({ complete }) => complete)).toEqual([true, false, true]);
  });

  test('of whoever hangs up before the answer shows as well', async () => {
    const { url, requests } = await givenProvider({ fault: () => ({ kind: 'hang' }) });
    const abort = new AbortController();
    const asking = fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'anthropic-version': '2023-06-01', 'x-api-key': 'key' },
      body: JSON.stringify(buildRequest(0)),
      signal: abort.signal,
    });
    await eventually(() => requests.length === 1);
    abort.abort();
    await expect(asking).rejects.toThrow();
    expect(requests[0]?.complete).toBe(false);
  });
});

test('as a process of its own it writes down what it was asked, before it answers, and what it answered', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'scripted-provider-'));
  const [asked, answered] = [join(directory, 'asked.jsonl'), join(directory, 'answered.jsonl')];
  const port = await findFreePort();
  const server = await startServerProcess({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', MAIN],
    port,
    env: {
      PORT: String(port),
      SCRIPT: JSON.stringify({ steps: 2, callsPerStep: 2 }),
      REQUEST_LOG: asked,
      ANSWER_LOG: answered,
    },
  });
  try {
    const lines = (file: string) =>
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    expect((await ask(`http://127.0.0.1:${port}`, buildRequest(1))).status).toBe(200);
    expect(lines(asked)).toMatchObject([{ purpose: 'build', goal: 'a page', step: 2, results: 1 }]);
    expect(await eventually(() => lines(answered))).toMatchObject([{ step: 2, results: 1, complete: true }]);
  } finally {
    await server.kill();
    await rm(directory, { recursive: true, force: true });
  }
});
