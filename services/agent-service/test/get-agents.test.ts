// Which agents are there, and what to set for the others.
import type { FoundAgents } from '@builder-ai/contracts/found-agents';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import type { Model } from '../src/models/model.ts';
import { newUnsafeShell } from '../src/sandbox/unsafe-shell.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

async function get(): Promise<FoundAgents> {
  const answer = await request(service.app)
    .get('/agents')
    .set(await service.headersFor(OWNER));
  expect(answer.status).toBe(200);
  return answer.body;
}

test('200: without a model the template builds, and each other mode says what is missing', async () => {
  expect(await get()).toEqual({
    default_mode: 'template',
    modes: [
      { mode: 'claude', missing: ['ANTHROPIC_API_KEY'] },
      { mode: 'chatgpt', missing: ['OPENAI_API_KEY'] },
      { mode: 'local', missing: ['LOCAL_MODEL_URL'] },
      { mode: 'multi', missing: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'] },
      { mode: 'template', missing: [] },
    ],
    models: [{ agent: 'template', model: 'template' }],
    commands: 'off',
  });
});

test('200: with a model it says so, and that commands run without a sandbox', async () => {
  service.deps.models.claude = { ...service.deps.models.template, agent: 'claude', name: 'claude-x' } as Model;
  service.deps.sandbox = newUnsafeShell();
  const { default_mode, modes, models, commands } = await get();
  expect(default_mode).toBe('claude');
  expect(modes.filter(({ missing }) => missing.length === 0).map(({ mode }) => mode)).toEqual(['claude', 'template']);
  expect(models).toContainEqual({ agent: 'claude', model: 'claude-x' });
  expect(commands).toBe('unsafe');
});

test('401: without identity', async () => {
  expect((await request(service.app).get('/agents')).status).toBe(401);
});
