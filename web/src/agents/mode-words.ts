import type { FoundAgents } from '@builder-ai/contracts/found-agents';
import type { AgentMode } from '@builder-ai/contracts/task';
import { vendorWords } from './agent-words.ts';

/** Who builds in each mode. */
export const MODE_WORDS: Record<AgentMode, string> = {
  claude: 'Claude alone',
  chatgpt: 'ChatGPT alone',
  local: 'A model of your own',
  multi: 'Two models: one builds, the other reviews',
  template: 'Template builder, without a model',
};

/** What a choice says that cannot be made: what to set for it. */
export function modeLabel(mode: AgentMode, missing: readonly string[]): string {
  const words = MODE_WORDS[mode] ?? mode;
  return missing.length > 0 ? `${words} (set ${missing.join(' and ')})` : words;
}

const OTHER_WAYS: Record<string, string> = { LOCAL_MODEL_URL: 'LOCAL_MODEL_URL (or run Ollama)' };

/** Which models are found, and what to set for more, in plain words. */
export function foundWords({ models, modes }: FoundAgents): string {
  const found = models.filter(({ agent }) => agent !== 'template');
  const missing = [...new Set(modes.flatMap((mode) => mode.missing))].map((name) => OTHER_WAYS[name] ?? name);
  const first =
    found.length === 0
      ? 'No model was found: the template builder makes what it has templates for.'
      : `Found: ${found.map(({ agent, model }) => `${vendorWords(agent)}, ${model}`).join('; ')}.`;
  if (missing.length === 0) return first;
  return `${first} For ${found.length === 0 ? 'a model' : 'more'}, set ${toList(missing)} and start Builder AI again.`;
}

function toList(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
