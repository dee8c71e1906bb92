// The same request to the agent sent again with its Idempotency-Key: one turn, one answer.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import {
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from '@builder-ai/testing/scripted-provider';
import type { Script } from '@builder-ai/testing/scripted-provider/script';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createApp } from '../src/app.ts';
import type { Deps } from '../src/deps.ts';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { type GivenService, givenService } from './given-service.ts';

let service: GivenService;
let provider: ScriptedProvider;
let deps: Deps;

beforeEach(async () => {
  service = await givenService();
});

afterEach(async () => {
  await provider?.close();
  await service.close();
});

/** Makes a task, and says so. */
const maker: Script = ({ results }) =>
  results === 0 ? { toolUses: [{ name: 'create_task', input: { goal: 'a page' } }] } : { text: 'It is made.' };

async function givenClaude(options: Partial<ScriptedProviderOptions> = {}): Promise<void> {
  provider = await startScriptedProvider({ script: maker, ...options });
  const claude = newAnthropicModel({ apiKey: 'a-key', baseUrl: provider.url, model: 'claude-sonnet-5-5' });
  deps = { ...service.deps, models: { ...service.deps.models, claude }, taskService: { find: async () => undefined } };
}

const talk = async (key: string, body: object = { message: 'A page, please' }) =>
  request(createApp(deps))
    .post('/agent')
    .set({ ...(await service.headersFor()), 'idempotency-key': key })
    .send(body);

const made = async () => (await deps.db.query(`select 1 from outbox where topic = 'task.requests'`)).length;

describe('POST /agent with an Idempotency-Key', () => {
  test('again: the same answer, no second turn, also as a stream; 422 with another body', async () => {
    await givenClaude();
    const first = await talk('one');
    expect(first.body).toMatchObject({ reply: 'It is made.', actions: [{ action: 'create_task' }] });
    expect((await talk('one')).body).toEqual(first.body);
    expect([provider.requests.length, await made()]).toEqual([2, 1]);
    const other = await talk('one', { message: 'Another page' });
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    const streamed = { message: 'A page, please', stream: true };
    const [shown, again] = [await talk('two', streamed), await talk('two', streamed)];
    const done = (text: string) => JSON.parse(text.match(/event: done\ndata: (.*)/)?.[1] ?? '');
    expect(done(again.text)).toEqual(done(shown.text));
    expect(await made()).toBe(2);
  }, 60_000);

  test('409 while the first is under way, which goes on when its client hangs up', async () => {
    const gate = newGate();
    await givenClaude();
    const { models } = deps;
    const claude = models.claude as NonNullable<typeof models.claude>;
    const held = Object.assign(Object.create(claude), {
      answer: async (...args: Parameters<typeof claude.answer>) => {
        await gate.passed;
        return claude.answer(...args);
      },
    });
    deps = { ...deps, models: { ...models, claude: held } };
    const server = createApp(deps).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const gone = new AbortController();
    const answer = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/agent`, {
      method: 'POST',
      signal: gone.signal,
      headers: { ...(await service.headersFor()), 'content-type': 'application/json', 'idempotency-key': 'held' },
      body: JSON.stringify({ message: 'A page, please' }),
    });
    await eventually(async () => (await deps.db.query(`select 1 from idempotency_keys where key = 'held'`)).length > 0);
    expect((await talk('held')).body.code).toBe('IDEMPOTENCY_KEY_IN_USE');
    gone.abort();
    await expect(answer).rejects.toThrow();
    server.closeAllConnections();
    gate.open();
    const again = await eventually(async () => {
      const answered = await talk('held');
      return answered.status === 200 && answered;
    }, 20_000);
    expect(again.body.reply).toBe('It is made.');
    expect(await made()).toBe(1);
    server.close();
    await once(server, 'close');
  }, 60_000);

  test('what failed before anything was done may be tried again; what failed later fails again', async () => {
    let broken = true;
    await givenClaude({
      fault: ({ results }) => (broken && results === 0 ? { kind: 'status', status: 401 } : undefined),
    });
    expect((await talk('early')).body.code).toBe('AI_UNAVAILABLE');
    broken = false;
    expect((await talk('early')).body.reply).toBe('It is made.');
    await provider.close();
    await givenClaude({ fault: ({ results }) => (results > 0 ? { kind: 'status', status: 401 } : undefined) });
    const late = await talk('late');
    const again = await talk('late');
    expect([late.status, again.status, again.body.detail]).toEqual([503, 503, late.body.detail]);
    expect(await made()).toBe(2);
  }, 60_000);
});
