// Which models there are: by keys, by address, or found on this machine; their prices, and a provider that keeps failing.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { describe, expect, test } from '@jest/globals';
import { readAgentServiceConfig } from '../src/config.ts';
import { withCircuitBreaker } from '../src/models/circuit-breaker.ts';
import { findOllama } from '../src/models/find-ollama.ts';
import type { ModelRequest } from '../src/models/model.ts';
import { chooseModels, DEFAULT_ROLES } from '../src/models/model-choice.ts';
import { openModels } from '../src/models/open-models.ts';
import { newChatModel } from '../src/models/openai-chat-model.ts';
import { costOf } from '../src/models/prices.ts';
import { readPrices } from '../src/models/read-prices.ts';

const REQUEST: ModelRequest = {
  purpose: 'plan',
  system: 'You plan.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'The goal: a page' }] }],
  tools: [],
  subject: { goal: 'a page' },
  maxOutputTokens: 100,
  signal: new AbortController().signal,
};

const NOWHERE = 'http://127.0.0.1:1';

const open = (env: Record<string, string>) =>
  openModels(
    readAgentServiceConfig({
      PORT: '0',
      DATABASE_URL: 'postgresql://127.0.0.1/x',
      BUILDER_HOME: '/tmp',
      GATEWAY_URL: NOWHERE,
      TASK_SERVICE_URL: NOWHERE,
      AGENT_SERVICE_URL: NOWHERE,
      NOTIFICATION_SERVICE_URL: NOWHERE,
      OLLAMA: 'off',
      ...env,
    }),
  );

async function castOf(env: Record<string, string>, mode: Parameters<typeof chooseModels>[1] = null) {
  const { planner, builder, reviewer } = chooseModels(await open(env), mode, DEFAULT_ROLES);
  return [planner.agent, builder.agent, reviewer?.agent];
}

const CLAUDE = { ANTHROPIC_API_KEY: 'a' };
const CHATGPT = { OPENAI_API_KEY: 'b' };
const LOCAL = { LOCAL_MODEL_URL: 'http://127.0.0.1:1/v1' };

describe('who plays which part', () => {
  test.each([
    ['nothing is there', {}, ['template', 'template', undefined]],
    ['there is a key for Claude', CLAUDE, ['claude', 'claude', undefined]],
    ['there is a key for ChatGPT', CHATGPT, ['chatgpt', 'chatgpt', undefined]],
    ['there are both', { ...CLAUDE, ...CHATGPT }, ['claude', 'claude', 'chatgpt']],
    ['there is only a server of one’s own', LOCAL, ['local', 'local', undefined]],
    ['there is a key, and a server', { ...LOCAL, ...CLAUDE }, ['claude', 'claude', undefined]],
  ])('by itself, when %s', async (_name, env, cast) => {
    expect(await castOf(env)).toEqual(cast);
  });

  test('a mode that needs what is not there is refused with what to set', async () => {
    await expect(castOf(CLAUDE, 'multi')).rejects.toThrow(/AI service unavailable.*OPENAI_API_KEY/);
    await expect(castOf({}, 'claude')).rejects.toThrow(/AI service unavailable.*ANTHROPIC_API_KEY/);
    await expect(castOf(CLAUDE, 'local')).rejects.toThrow(/LOCAL_MODEL_URL/);
  });

  test('roles can be given to anybody who is there', async () => {
    const roles = { planner: 'chatgpt', builder: 'local', reviewer: 'claude' } as const;
    const { planner, builder, reviewer } = chooseModels(
      await open({ ...CLAUDE, ...CHATGPT, ...LOCAL }),
      'multi',
      roles,
    );
    expect([planner.agent, builder.agent, reviewer?.agent]).toEqual(['chatgpt', 'local', 'claude']);
  });
});

describe('Ollama on this machine', () => {
  async function withServer(answer: string, use: (address: string) => Promise<void>): Promise<void> {
    const server = createServer((_request, response) => response.end(answer));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).finally(() => server.close());
  }

  test('is found with the first model that it has, or the one that is wanted', () =>
    withServer('{"models":[{"name":"qwen3:8b"},{"name":"other"}]}', async (address) => {
      expect(await findOllama(undefined, address)).toEqual({ baseUrl: `${address}/v1`, model: 'qwen3:8b' });
      expect(await findOllama('other', address)).toMatchObject({ model: 'other' });
    }));

  test('without a model, or not there at all, is none', () =>
    withServer('{"models":[]}', async (address) => {
      expect(await findOllama(undefined, address)).toBeUndefined();
      expect(await findOllama(undefined, 'http://127.0.0.1:9')).toBeUndefined();
    }));
});

describe('prices of one’s own', () => {
  test('come before ours', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'builder-prices-'));
    const file = join(directory, 'prices.json');
    await writeFile(file, '[{"model":"gpt-6","input":1,"output":2},{"model":"mine","input":3,"output":4}]');
    const prices = readPrices(file);
    const million = { input: 1_000_000, output: 1_000_000 };
    const costs = ['gpt-6.1-sol', 'mine-7b', 'claude-sonnet-5-5'].map((model) => costOf(model, million, prices));
    expect(costs).toEqual([3_000_000, 7_000_000, 12_000_000]);
    await writeFile(file, '[{"model":"x","input":-1,"output":2}]');
    expect(() => readPrices(file)).toThrow(/MODEL_PRICES.*has a fault/);
    await rm(directory, { recursive: true });
    expect(() => readPrices(file)).toThrow(/MODEL_PRICES.*cannot be read/);
  });
});

test('a provider that fails again and again is left alone, and asked once when the time is over', async () => {
  let broken = true;
  const provider = await startScriptedProvider({
    script: () => ({ text: '1. Go' }),
    fault: () => (broken ? { kind: 'status', status: 503 } : undefined),
  });
  const model = withCircuitBreaker(
    newChatModel({ agent: 'local', baseUrl: `${provider.url}/v1`, model: 'm', prices: 'free' }),
    { failures: 3, coolDownMs: 200 },
  );
  for (const _time of [1, 2, 3]) await expect(model.answer(REQUEST)).rejects.toThrow('503');
  await expect(model.answer(REQUEST)).rejects.toMatchObject({
    kind: 'unavailable',
    mayBePaid: false,
    retryAfterMs: 200,
  });
  expect(provider.requests).toHaveLength(3);
  broken = false;
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect((await model.answer(REQUEST)).content).toEqual([{ type: 'text', text: '1. Go' }]);
  await provider.close();
});
