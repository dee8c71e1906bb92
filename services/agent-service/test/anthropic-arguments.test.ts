// What Claude gets wrong in a call's arguments is told to it; nothing is made of a half of them.
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { expect, test } from '@jest/globals';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';

test.each(['{"path": "a.txt", "content": "half of', '{"path" "a.txt"}', 'no JSON at all', '[1, 2'])(
  'arguments that are no JSON come as they are, once: %s',
  async (rawArguments) => {
    const provider = await startScriptedProvider({
      script: () => ({ text: 'I write.', toolUses: [{ name: 'write_file', input: {}, rawArguments }] }),
    });
    const model = newAnthropicModel({ apiKey: 'any', baseUrl: provider.url, model: 'claude-sonnet-5-5' });
    const { content } = await model.answer({
      purpose: 'build',
      system: 'You build.',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'The goal: a page' }] }],
      tools: [{ name: 'write_file', description: 'Writes.', input_schema: { type: 'object', properties: {} } }],
      subject: { goal: 'a page' },
      maxOutputTokens: 100,
      signal: new AbortController().signal,
    });
    await provider.close();
    expect(content).toMatchObject([
      { type: 'text', text: 'I write.' },
      { type: 'tool_use', name: 'write_file', input: rawArguments },
    ]);
    expect(provider.requests).toHaveLength(1);
  },
);
