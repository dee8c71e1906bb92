import { newMetrics } from '@builder-ai/platform/metrics';
import { expect, test } from '@jest/globals';
import { measureModels } from './measured-models.ts';
import type { Model, ModelAnswer, ModelRequest } from './model.ts';
import { ProviderFault } from './provider-fault.ts';

const request = (signal = new AbortController().signal): ModelRequest => ({
  purpose: 'build',
  system: '',
  messages: [],
  tools: [],
  subject: { goal: 'a page' },
  maxOutputTokens: 10,
  signal,
});

const answering = (answer: () => Promise<ModelAnswer>): Model => ({
  agent: 'claude',
  name: 'a-model',
  reserve: () => 0,
  answer,
});

async function shownAfter(answer: () => Promise<ModelAnswer>, asked = request()): Promise<string> {
  const metrics = newMetrics('agent-service');
  const { claude } = measureModels({ template: answering(answer), claude: answering(answer) }, metrics);
  await claude?.answer(asked).catch(() => {});
  return metrics.registry.metrics();
}

/** The value of the one series with these labels. */
function read(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const wanted = Object.entries({ provider: 'claude', model: 'a-model', ...labels });
  const line = text
    .split('\n')
    .find(
      (each) => each.startsWith(`${name}{`) && wanted.every(([label, value]) => each.includes(`${label}="${value}"`)),
    );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

test('an answer counts with its tokens, its price and its time', async () => {
  const usage = { input_tokens: 1_200, output_tokens: 34, cost_micro_usd: 2_500 };
  const text = await shownAfter(async () => ({ content: [], usage }));
  expect(read(text, 'model_calls_total', { outcome: 'answered' })).toBe(1);
  expect(read(text, 'model_tokens_total', { direction: 'input' })).toBe(1_200);
  expect(read(text, 'model_tokens_total', { direction: 'output' })).toBe(34);
  expect(read(text, 'model_cost_usd_total')).toBe(0.0025);
  expect(read(text, 'model_call_duration_seconds_count')).toBe(1);
});

test('what alerts count is shown before the first call, which is growth then', async () => {
  const metrics = newMetrics('agent-service');
  const model = answering(() => Promise.reject(new Error('nobody asks')));
  measureModels({ template: model, claude: model }, metrics);
  const text = await metrics.registry.metrics();
  expect(read(text, 'model_call_duration_seconds_count')).toBe(0);
  expect(read(text, 'model_cost_usd_total')).toBe(0);
  for (const outcome of ['answered', 'refused', 'unavailable'])
    expect(read(text, 'model_calls_total', { outcome })).toBe(0);
});

test.each([
  ['refused', new ProviderFault('no', { kind: 'refused', mayBePaid: false })],
  ['unavailable', new ProviderFault('later', { kind: 'unavailable', mayBePaid: true })],
  ['error', new Error('a fault of ours')],
])('a call that ends as %s is counted as that, and costs nothing that is known', async (outcome, error) => {
  const text = await shownAfter(() => Promise.reject(error));
  expect(read(text, 'model_calls_total', { outcome })).toBe(1);
  expect(read(text, 'model_calls_total', { outcome: 'answered' })).toBe(0);
  expect(read(text, 'model_cost_usd_total')).toBe(0);
});

test('a call that its user stopped says nothing about the provider', async () => {
  const text = await shownAfter(
    () => Promise.reject(new ProviderFault('broke off', { kind: 'unavailable', mayBePaid: true })),
    request(AbortSignal.abort()),
  );
  expect(read(text, 'model_calls_total', { outcome: 'aborted' })).toBe(1);
  expect(read(text, 'model_calls_total', { outcome: 'unavailable' })).toBe(0);
});
