// ChatGPT's adapter and that for servers of one's own, through OpenAI's SDK, against a server that speaks both its APIs.
import { eventually } from '@builder-ai/testing/eventually';
import {
  type Fault,
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from '@builder-ai/testing/scripted-provider';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Model, ModelMessage, ModelRequest } from '../src/models/model.ts';
import { newChatModel } from '../src/models/openai-chat-model.ts';
import { newOpenAiModel } from '../src/models/openai-responses-model.ts';
import { ProviderFault } from '../src/models/provider-fault.ts';

const KEY = 'a-key-that-nobody-may-see';
const MODEL = 'gpt-6.1-sol';

let provider: ScriptedProvider;

afterEach(() => provider?.close());

const makers: Record<string, (url: string, apiKey: string, timeoutMs: number) => Model> = {
  Responses: (url, apiKey, timeoutMs) => newOpenAiModel({ apiKey, baseUrl: `${url}/v1`, model: MODEL, timeoutMs }),
  'Chat Completions': (url, apiKey, timeoutMs) =>
    newChatModel({ agent: 'chatgpt', apiKey, baseUrl: `${url}/v1`, model: MODEL, timeoutMs }),
};

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

const withResult = (id: string, content: ModelMessage['content'] = []): ModelMessage[] => [
  ...request().messages,
  {
    role: 'assistant',
    content: content.length > 0 ? (content as never) : [{ type: 'tool_use', id, name: 'write_file', input: {} }],
  },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'no such place', is_error: true }] },
];

async function faultOf(work: Promise<unknown>): Promise<ProviderFault> {
  const fault = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(ProviderFault);
  expect((fault as ProviderFault).message).not.toContain(KEY);
  return fault as ProviderFault;
}

const status = (code: number, retryAfterSeconds?: number): Fault => ({
  kind: 'status',
  status: code,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

describe.each(Object.keys(makers))('%s', (api) => {
  async function givenModel(options: Partial<ScriptedProviderOptions> = {}, apiKey = KEY, timeoutMs = 10_000) {
    provider = await startScriptedProvider({
      apiKey: KEY,
      script: () => ({ text: 'I write it.', toolUses: [{ name: 'write_file', input: { path: 'a.txt', n: 'ä€' } }] }),
      ...options,
    });
    return (makers[api] as (typeof makers)[string])(provider.url, apiKey, timeoutMs);
  }

  test('an answer comes with its text, piece by piece too, its calls, and what it cost', async () => {
    const model = await givenModel();
    const pieces: string[] = [];
    const asked = request({ onText: (delta) => pieces.push(delta) });
    const { content, usage } = await model.answer(asked);
    expect(content).toEqual([
      { type: 'text', text: 'I write it.' },
      { type: 'tool_use', id: expect.stringMatching(/^call_/), name: 'write_file', input: { path: 'a.txt', n: 'ä€' } },
    ]);
    expect([pieces.length > 1, pieces.join('')]).toEqual([true, 'I write it.']);
    // $2 and $10 for a million tokens.
    expect(usage.cost_micro_usd).toBe(usage.input_tokens * 2 + usage.output_tokens * 10);
    expect(usage.cost_micro_usd).toBeGreaterThan(0);
    expect(model.reserve(asked)).toBeGreaterThanOrEqual(usage.cost_micro_usd);
    expect(provider.requests).toMatchObject([{ purpose: 'build', goal: 'a page', step: 2, complete: true }]);
  });

  test('what tools gave goes back, with what another vendor’s model thought left out', async () => {
    let sent = '';
    const model = await givenModel({
      script({ results }, body) {
        sent = JSON.stringify(body.messages);
        return { text: `${results} results` };
      },
    });
    const thought = {
      type: 'opaque' as const,
      vendor: 'anthropic' as const,
      block: { type: 'thinking', thinking: 'secret' },
    };
    const call = { type: 'tool_use' as const, id: 'toolu_1', name: 'write_file', input: { path: 'x' } };
    const { content } = await model.answer(request({ messages: withResult('toolu_1', [thought, call] as never) }));
    expect(content).toEqual([{ type: 'text', text: '1 results' }]);
    expect(sent).toContain('Error: no such place');
    expect(sent).not.toContain('secret');
  });

  test('arguments that are no JSON are handed on as they are, and back again', async () => {
    let sent = '';
    const model = await givenModel({
      script({ results }, body) {
        sent = JSON.stringify(body.messages);
        if (results > 0) return { text: 'Sorry.' };
        return { toolUses: [{ name: 'write_file', input: {}, rawArguments: '{"path": "a' }] };
      },
    });
    const { content } = await model.answer(request());
    expect(content).toMatchObject([{ type: 'tool_use', input: '{"path": "a' }]);
    const id = content[0]?.type === 'tool_use' ? content[0].id : '';
    await model.answer(request({ messages: withResult(id, content) }));
    expect(sent).toContain(JSON.stringify('{"path": "a').slice(1, -1));
  });

  test('a call that the end of the answer cut off is not made', async () => {
    const half = { name: 'write_file', input: { path: 'b.txt' } };
    const model = await givenModel({ script: () => ({ stopReason: 'max_tokens', toolUses: [half] }) });
    const { content } = await model.answer(request());
    expect(content).toEqual([{ type: 'text', text: expect.stringContaining('cut off') }]);
  });

  test('a refusal is an answer without a call, in the model’s words', async () => {
    const model = await givenModel({ script: () => ({ stopReason: 'refusal', text: 'I must not.' }) });
    const { content } = await model.answer(request());
    expect(content).toEqual([{ type: 'text', text: expect.stringContaining('I must not.') }]);
  });

  test.each([
    ['too many requests', status(429, 3), { kind: 'unavailable', mayBePaid: false, retryAfterMs: 3_000 }],
    ['overloaded', status(503), { kind: 'unavailable', mayBePaid: false }],
    ['a request it does not take', status(400), { kind: 'refused', mayBePaid: false }],
    [
      'a conversation that is too long',
      { kind: 'status', status: 400, message: 'Your input exceeds the context window of this model.' },
      { kind: 'refused', mayBePaid: false, message: expect.stringContaining('context window') },
    ],
    ['a broken connection', { kind: 'cut' }, { kind: 'unavailable', mayBePaid: true }],
    ['an answer that ends in the middle', { kind: 'stop' }, { kind: 'unavailable', mayBePaid: true }],
  ] as [string, Fault, object][])('%s', async (_name, fault, expected) => {
    const model = await givenModel({ fault: () => fault });
    expect(await faultOf(model.answer(request()))).toMatchObject(expected);
    // Retries are the run's.
    expect(provider.requests).toHaveLength(1);
  });

  test('slow tokens are no fault, as long as all of them come in time', async () => {
    const model = await givenModel({ partMs: () => 20 });
    expect((await model.answer(request())).content.length).toBeGreaterThan(0);
  });

  test('a wrong key is refused, and never shown', async () => {
    const model = await givenModel({}, `${KEY}-wrong`);
    expect(await faultOf(model.answer(request()))).toMatchObject({ kind: 'refused', mayBePaid: false });
  });

  test('nobody there: nothing was paid', async () => {
    const model = await givenModel();
    await provider.close();
    provider = undefined as never;
    expect(await faultOf(model.answer(request()))).toMatchObject({ kind: 'unavailable', mayBePaid: false });
  });

  test('an answer that never ends is given up, and may have been paid', async () => {
    const model = await givenModel({ fault: () => ({ kind: 'stall' }) }, KEY, 300);
    expect(await faultOf(model.answer(request()))).toMatchObject({ kind: 'unavailable', mayBePaid: true });
  });

  test('is stopped by its signal', async () => {
    const model = await givenModel({ fault: () => ({ kind: 'hang' }) });
    const stop = new AbortController();
    const answer = model.answer(request({ signal: stop.signal }));
    await eventually(() => provider.requests.length === 1);
    stop.abort(new Error('stopped'));
    await expect(answer).rejects.toThrow('stopped');
  });
});

describe('Responses only', () => {
  test('its thoughts come back sealed and go to it again; kept input costs less', async () => {
    let returned: unknown;
    provider = await startScriptedProvider({
      script({ results }, { messages }) {
        if (results === 0)
          return { thinking: 'First the page.', cachedTokens: 10, toolUses: [{ name: 'write_file', input: {} }] };
        returned = messages?.[1]?.content;
        return { text: 'Done.' };
      },
    });
    const model = newOpenAiModel({ apiKey: KEY, baseUrl: `${provider.url}/v1`, model: MODEL });
    const { content, usage } = await model.answer(request());
    expect(usage.cost_micro_usd).toBe(Math.ceil((usage.input_tokens - 10) * 2 + 10 * 0.1 + usage.output_tokens * 10));
    const kept = JSON.parse(JSON.stringify(content));
    const call = content.find((block) => block.type === 'tool_use');
    await model.answer(request({ messages: withResult(call?.id ?? '', kept) }));
    expect(returned).toMatchObject([{ type: 'reasoning', encrypted_content: 'sealed-First the page.' }]);
  });
});

describe('servers of one’s own', () => {
  test('cost nothing, need no key, and may keep silent about what they read', async () => {
    provider = await startScriptedProvider({ script: () => ({ text: 'Hello.', withoutUsage: true }) });
    const model = newChatModel({ agent: 'local', baseUrl: `${provider.url}/v1`, model: 'small', prices: 'free' });
    const { usage } = await model.answer(request());
    expect(usage).toMatchObject({ cost_micro_usd: 0 });
    expect(usage.input_tokens).toBeGreaterThan(10);
    expect([model.agent, model.reserve(request())]).toEqual(['local', 0]);
  });
});
