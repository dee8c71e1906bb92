import type { FoundAgents } from '@builder-ai/contracts/found-agents';
import { expect, test } from '@jest/globals';
import { foundWords, modeLabel } from './mode-words.ts';

const given = (models: FoundAgents['models'], missing: string[][]): FoundAgents => ({
  default_mode: 'template',
  modes: missing.map((names) => ({ mode: 'claude', missing: names })),
  models: [{ agent: 'template', model: 'template' }, ...models],
  commands: 'off',
});

test('without a model it is said plainly, with what to set', () => {
  const found = given([], [['ANTHROPIC_API_KEY'], ['OPENAI_API_KEY'], ['LOCAL_MODEL_URL'], ['OPENAI_API_KEY'], []]);
  expect(foundWords(found)).toBe(
    'No model was found: the template builder makes what it has templates for. For a model, set ANTHROPIC_API_KEY, OPENAI_API_KEY or LOCAL_MODEL_URL (or run Ollama) and start Builder AI again.',
  );
});

test('models that are found are named, and what would bring more', () => {
  const found = given([{ agent: 'claude', model: 'claude-x' }], [[], ['OPENAI_API_KEY']]);
  expect(foundWords(found)).toBe(
    'Found: Claude (Anthropic), claude-x. For more, set OPENAI_API_KEY and start Builder AI again.',
  );
  expect(foundWords(given([{ agent: 'claude', model: 'claude-x' }], [[]]))).toBe(
    'Found: Claude (Anthropic), claude-x.',
  );
});

test('a mode that cannot be had says what it needs', () => {
  expect(modeLabel('chatgpt', ['OPENAI_API_KEY'])).toBe('ChatGPT alone (set OPENAI_API_KEY)');
  expect(modeLabel('multi', [])).toBe('Two models: one builds, the other reviews');
});
