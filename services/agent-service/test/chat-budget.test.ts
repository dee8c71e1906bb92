// What a conversation with the agent may cost.
import {
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from '@builder-ai/testing/scripted-provider';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createApp } from '../src/app.ts';
import type { Deps } from '../src/deps.ts';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';

let service: GivenService;
let provider: ScriptedProvider | undefined;
let deps: Deps;

beforeEach(async () => {
  service = await givenService();
});

afterEach(async () => {
  await provider?.close();
  provider = undefined;
  await service.close();
});

async function givenClaude(options: Partial<ScriptedProviderOptions> = {}): Promise<void> {
  provider = await startScriptedProvider({ script: () => ({ text: 'Hello.' }), ...options });
  const claude = newAnthropicModel({ apiKey: 'a-key', baseUrl: provider.url, model: 'claude-sonnet-5-5' });
  deps = { ...service.deps, models: { ...service.deps.models, claude } };
}

async function talk(body: object) {
  return request(createApp(deps))
    .post('/agent')
    .set(await service.headersFor())
    .send(body);
}

describe('what a conversation may cost', () => {
  const budgetOf = async () => (await deps.db.query('select reserved_micro_usd, spent_micro_usd from budgets'))[0];

  test('409: the next call does not fit; with a higher cap it goes on. All of it counts in the user’s own project', async () => {
    await givenClaude();
    const { body } = await talk({ message: 'Hello', budget: { cap_micro_usd: 200_000 } });
    const { conversation_id, usage, budget } = body;
    expect(budget).toEqual({
      cap_micro_usd: 200_000,
      reserved_micro_usd: 0,
      spent_micro_usd: usage.cost_micro_usd,
    });
    const small = { message: 'And?', conversation_id, budget: { cap_micro_usd: 1_000 } };
    const refused = await talk(small);
    expect([refused.status, refused.body.code]).toEqual([409, 'BUDGET_EXHAUSTED']);
    expect(refused.body.detail).toContain('Send `budget`');
    const more = await talk({ ...small, budget: { cap_micro_usd: 500_000 } });
    expect(more.body.budget.spent_micro_usd).toBe(usage.cost_micro_usd + more.body.usage.cost_micro_usd);
    expect(provider?.requests).toHaveLength(2);
    expect(await budgetOf()).toEqual({ reserved_micro_usd: 0, spent_micro_usd: more.body.budget.spent_micro_usd });
  });

  test('409: a cap of the user’s own project holds here too', async () => {
    await givenClaude();
    await deps.db.query('insert into budgets (owner_id, cap_micro_usd) values ($1, 1000)', [OWNER]);
    const { status, body } = await talk({ message: 'Hello' });
    expect([status, body.code]).toEqual([409, 'BUDGET_EXHAUSTED']);
    expect(body.detail).toContain('PATCH /projects/');
    expect(provider?.requests).toEqual([]);
    expect(await budgetOf()).toEqual({ reserved_micro_usd: 0, spent_micro_usd: 0 });
  });

  test('without a word of the user it is CHAT_CAP_USD', async () => {
    await givenClaude();
    deps = { ...deps, chatCap: 1_000 };
    expect((await talk({ message: 'Hello' })).status).toBe(409);
  });

  test.each([
    ['was refused costs nothing', { kind: 'status', status: 400 } as const, false],
    ['broke off costs all that was reserved', { kind: 'cut' } as const, true],
  ])('a call that %s', async (_name, fault, paid) => {
    await givenClaude({ fault: () => fault });
    expect((await talk({ message: 'Hello' })).status).toBe(503);
    const { reserved_micro_usd, spent_micro_usd } = (await budgetOf()) as Record<string, number>;
    expect([reserved_micro_usd, (spent_micro_usd ?? 0) > 50_000]).toEqual([0, paid]);
  });
});
