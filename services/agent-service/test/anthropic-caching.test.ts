// What of a request Claude's provider is asked to keep, at a lower price for the next one.
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { expect, test } from '@jest/globals';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';

test('the instructions, and the conversation up to its end, are marked; text comes piece by piece', async () => {
  let system: unknown;
  let last: unknown;
  const provider = await startScriptedProvider({
    // Slow tokens are no fault, as long as all of them come in time.
    partMs: () => 20,
    script(_request, body) {
      system = body.system;
      last = body.messages?.at(-1)?.content;
      return { text: 'Done.' };
    },
  });
  const model = newAnthropicModel({ apiKey: 'any', baseUrl: provider.url, model: 'claude-sonnet-5-5' });
  const pieces: string[] = [];
  await model.answer({
    purpose: 'build',
    system: 'You build.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'The goal: a page' }] }],
    tools: [],
    subject: { goal: 'a page' },
    maxOutputTokens: 100,
    onText: (delta) => pieces.push(delta),
    signal: new AbortController().signal,
  });
  await provider.close();
  const cache_control = { type: 'ephemeral' };
  expect(system).toEqual([{ type: 'text', text: 'You build.', cache_control }]);
  expect(last).toMatchObject([{ type: 'text', cache_control }]);
  expect([pieces.length > 1, pieces.join('')]).toEqual([true, 'Done.']);
});
