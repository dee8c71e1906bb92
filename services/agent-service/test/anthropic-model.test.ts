// Claude's adapter, through the official SDK, against a server that speaks the Anthropic Messages API.
import {
  type Fault,
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from '@builder-ai/testing/scripted-provider';
import { afterEach, describe, expect, test } from '@jest/globals';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import type { ModelRequest } from '../src/models/model.ts';
import { ProviderFault } from '../src/models/provider-fault.ts';

const KEY = 'a-key-that-nobody-may-see';
const MODEL = 'claude-sonnet-5-5';

let provider: ScriptedProvider;

afterEach(() => provider?.close());

async function givenModel(options: Partial<ScriptedProviderOptions> = {}, apiKey = KEY) {
  provider = await startScriptedProvider({
    apiKey: KEY,
    script: () => ({
      text: 'I write it.',
      toolUses: [{ name: 'write_file', input: { path: 'a.txt', content: 'ä€' } }],
    }),
    ...options,
  });
  return newAnthropicModel({ apiKey, baseUrl: provider.url, model: MODEL });
}

function request(change: Partial<ModelRequest> = {}): ModelRequest {
  return {
    purpose: 'build',
    system: 'You build.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'The goal: a page\nStep 2 of 3: write it' }] }],
    tools: [{ name: 'write_file', description: 'Writes.', input_schema: { type: 'object', properties: {} } }],
    subject: { goal: 'a page', step: { index: 1, count: 3 } },
    maxOutputTokens: 1_000,
    signal: new AbortController().signal,
    ...change,
  };
}

async function faultOf(work: Promise<unknown>): Promise<ProviderFault> {
  const fault = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(ProviderFault);
  expect((fault as ProviderFault).message).not.toContain(KEY);
  return fault as ProviderFault;
}

describe('an answer', () => {
  test('comes with its text and tool calls put together, and with what it cost', async () => {
    const model = await givenModel();
    const asked = request();
    const { content, usage } = await model.answer(asked);
    expect(content).toEqual([
      { type: 'text', text: 'I write it.' },
      {
        type: 'tool_use',
        id: expect.stringMatching(/^toolu_/),
        name: 'write_file',
        input: { path: 'a.txt', content: 'ä€' },
      },
    ]);
    expect(usage.input_tokens).toBeGreaterThan(0);
    expect(usage.output_tokens).toBeGreaterThan(0);
    // $2 and $10 for a million tokens.
    expect(usage.cost_micro_usd).toBe(Math.ceil(usage.input_tokens * 2 + usage.output_tokens * 10));
    expect(provider.requests).toMatchObject([
      { purpose: 'build', goal: 'a page', step: 2, results: 0, complete: true },
    ]);
  });

  test('never costs more than was reserved for it', async () => {
    const model = await givenModel();
    const asked = request();
    const { usage } = await model.answer(asked);
    expect(model.reserve(asked)).toBeGreaterThanOrEqual(usage.cost_micro_usd);
  });

  test('is asked for with what the tools gave', async () => {
    const model = await givenModel({ script: ({ results }) => ({ text: `${results} results` }) });
    const { content } = await model.answer(
      request({
        messages: [
          ...request().messages,
          { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'write_file', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'no', is_error: true }] },
        ],
      }),
    );
    expect(content).toEqual([{ type: 'text', text: '1 results' }]);
  });
});

describe('a fault', () => {
  const status = (code: number, retryAfterSeconds?: number): Fault => ({
    kind: 'status',
    status: code,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });

  test.each([
    ['429, to come again later', status(429, 7), { kind: 'unavailable', mayBePaid: false, retryAfterMs: 7_000 }],
    ['529, overloaded', status(529), { kind: 'unavailable', mayBePaid: false, retryAfterMs: undefined }],
    ['500', status(500), { kind: 'unavailable', mayBePaid: false }],
    ['400', status(400), { kind: 'refused', mayBePaid: false }],
    ['a connection that ends in the middle', { kind: 'cut' } as Fault, { kind: 'unavailable', mayBePaid: true }],
  ])('%s', async (_name, fault, expected) => {
    const model = await givenModel({ fault: () => fault });
    expect(await faultOf(model.answer(request()))).toMatchObject(expected);
    // One request is one attempt: the SDK does not repeat it on its own.
    expect(provider.requests).toHaveLength(1);
  });

  test('a wrong key is refused, and is not told', async () => {
    const model = await givenModel({}, 'a-wrong-key');
    const fault = await faultOf(model.answer(request()));
    expect(fault).toMatchObject({ kind: 'refused', mayBePaid: false });
    expect(fault.message).not.toContain('a-wrong-key');
  });

  test('nobody listens: nothing was sent', async () => {
    const model = await givenModel();
    await provider.close();
    const fault = await faultOf(model.answer(request()));
    expect(fault).toMatchObject({ kind: 'unavailable', mayBePaid: false });
    provider = await startScriptedProvider({ script: () => ({}) });
  });
});

test('a call that is aborted ends at once, with the reason it was given', async () => {
  const abort = new AbortController();
  const model = await givenModel({
    fault: () => ({ kind: 'hang' }),
    onRequest: () => abort.abort(new Error('the service stops')),
  });
  await expect(model.answer(request({ signal: abort.signal }))).rejects.toThrow('the service stops');
});
