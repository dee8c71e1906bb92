// Claude's adapter, through the official SDK, against a server that speaks the Anthropic Messages API.
import { eventually } from '@builder-ai/testing/eventually';
import {
  type Fault,
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from '@builder-ai/testing/scripted-provider';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type AnthropicModelOptions, newAnthropicModel } from '../src/models/anthropic-model.ts';
import type { ModelRequest } from '../src/models/model.ts';
import { ProviderFault } from '../src/models/provider-fault.ts';

const KEY = 'a-key-that-nobody-may-see';
const MODEL = 'claude-sonnet-5-5';

let provider: ScriptedProvider;

afterEach(() => provider?.close());

async function givenModel(options: Partial<ScriptedProviderOptions> = {}, change: Partial<AnthropicModelOptions> = {}) {
  provider = await startScriptedProvider({
    apiKey: KEY,
    script: () => ({
      text: 'I write it.',
      toolUses: [{ name: 'write_file', input: { path: 'a.txt', content: 'ä€' } }],
    }),
    ...options,
  });
  return newAnthropicModel({ apiKey: KEY, baseUrl: provider.url, model: MODEL, ...change });
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

const status = (code: number, retryAfterSeconds?: number): Fault => ({
  kind: 'status',
  status: code,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

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

describe('what only Claude itself understands', () => {
  test('its thoughts go back to it unchanged with the results of the calls they led to', async () => {
    let returned: unknown;
    const model = await givenModel({
      script({ results }, { messages }) {
        if (results === 0) return { thinking: 'First the page.', toolUses: [{ name: 'write_file', input: {} }] };
        returned = messages?.[1];
        return { text: 'Done.' };
      },
    });
    const first = await model.answer(request());
    const call = first.content.find((block) => block.type === 'tool_use');
    // As it comes back from the ledger, where it was kept as JSON.
    const kept = JSON.parse(JSON.stringify(first.content));
    const result = { type: 'tool_result' as const, tool_use_id: call?.id ?? '', content: 'ok', is_error: false };
    await model.answer(
      request({
        messages: [...request().messages, { role: 'assistant', content: kept }, { role: 'user', content: [result] }],
      }),
    );
    expect(returned).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'First the page.', signature: expect.stringMatching(/^signed-/) },
        { type: 'tool_use', id: call?.id, name: 'write_file', input: {} },
      ],
    });
  });

  test('a call that the end of the answer cut off is not made', async () => {
    const half = { name: 'write_file', input: { path: 'b.txt', content: 'half of i' } };
    const whole = { name: 'write_file', input: { path: 'a.txt', content: 'all of it' } };
    const model = await givenModel({
      script: ({ results }) => ({ stopReason: 'max_tokens', toolUses: results === 0 ? [half] : [whole, half] }),
    });
    const { content } = await model.answer(request());
    expect(content).toEqual([{ type: 'text', text: expect.stringContaining('cut off') }]);
    const again = await model.answer(
      request({
        messages: [
          ...request().messages,
          { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'write_file', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok', is_error: false }] },
        ],
      }),
    );
    expect(again.content).toMatchObject([{ type: 'tool_use', ...whole }]);
  });

  test('a refusal is told in words', async () => {
    const model = await givenModel({ script: () => ({ stopReason: 'refusal' }) });
    expect((await model.answer(request())).content).toEqual([
      { type: 'text', text: expect.stringContaining('refused') },
    ]);
  });
});

describe('the environment', () => {
  const OURS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_LOG'] as const;

  test('is not read by the SDK, and nothing is printed', async () => {
    const before = OURS.map((name) => process.env[name]);
    const printed = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => jest.spyOn(console, name));
    for (const name of OURS) process.env[name] = name === 'ANTHROPIC_LOG' ? 'debug' : 'http://127.0.0.1:1';
    try {
      const model = await givenModel({ fault: (_request, count) => (count === 2 ? status(401) : undefined) });
      expect((await model.answer(request())).content).toHaveLength(2);
      await faultOf(model.answer(request()));
      for (const spy of printed) expect(spy).not.toHaveBeenCalled();
    } finally {
      for (const spy of printed) spy.mockRestore();
      for (const [index, name] of OURS.entries()) {
        if (before[index] === undefined) delete process.env[name];
        else process.env[name] = before[index];
      }
    }
  });
});

describe('a fault', () => {
  test.each([
    ['429, to come again later', status(429, 7), { kind: 'unavailable', mayBePaid: false, retryAfterMs: 7_000 }],
    ['529, overloaded', status(529), { kind: 'unavailable', mayBePaid: false, retryAfterMs: undefined }],
    ['500', status(500), { kind: 'unavailable', mayBePaid: false }],
    ['400', status(400), { kind: 'refused', mayBePaid: false }],
    [
      'a conversation that is too long',
      { kind: 'status', status: 400, message: 'prompt is too long: 250000 tokens > 200000 maximum' } as Fault,
      { kind: 'refused', mayBePaid: false, message: expect.stringContaining('prompt is too long') },
    ],
    ['a connection that ends in the middle', { kind: 'cut' } as Fault, { kind: 'unavailable', mayBePaid: true }],
    ['an answer that ends in the middle', { kind: 'stop' } as Fault, { kind: 'unavailable', mayBePaid: true }],
  ])('%s', async (_name, fault, expected) => {
    const model = await givenModel({ fault: () => fault });
    expect(await faultOf(model.answer(request()))).toMatchObject(expected);
    // One request is one attempt: the SDK does not repeat it on its own.
    expect(provider.requests).toHaveLength(1);
  });

  test.each(['hang', 'stall'] as const)('no whole answer in time (%s)', async (kind) => {
    let ended = 0;
    const model = await givenModel({ fault: () => ({ kind }), onEnd: () => (ended += 1) }, { timeoutMs: 300 });
    const fault = await faultOf(model.answer(request()));
    expect(fault).toMatchObject({ kind: 'unavailable', mayBePaid: true, message: expect.stringContaining('0.3 s') });
    // Nobody waits for it any more: the request itself was given up.
    await eventually(() => ended === 1);
  });

  test('a wrong key is refused, and is not told', async () => {
    const model = await givenModel({}, { apiKey: 'a-wrong-key' });
    const fault = await faultOf(model.answer(request()));
    expect(fault).toMatchObject({ kind: 'refused', mayBePaid: false });
    expect(fault.message).not.toContain('a-wrong-key');
  });

  test('a provider that repeats the key is quoted without it', async () => {
    const repeating: Fault = { kind: 'status', status: 403, message: `No access for ${KEY}.` };
    const model = await givenModel({ fault: () => repeating });
    expect((await faultOf(model.answer(request()))).message).toContain('No access for');
  });

  test('nobody listens: nothing was sent', async () => {
    const model = await givenModel();
    await provider.close();
    const fault = await faultOf(model.answer(request()));
    expect(fault).toMatchObject({ kind: 'unavailable', mayBePaid: false });
    provider = await startScriptedProvider({ script: () => ({}) });
  });
});

test('a call that is aborted ends at once, with its request and the reason it was given', async () => {
  const abort = new AbortController();
  let ended = 0;
  const model = await givenModel({
    fault: () => ({ kind: 'hang' }),
    onRequest: () => abort.abort(new Error('the service stops')),
    onEnd: () => (ended += 1),
  });
  await expect(model.answer(request({ signal: abort.signal }))).rejects.toThrow('the service stops');
  await eventually(() => ended === 1);
});
