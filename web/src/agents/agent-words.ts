import type { TaskEvent } from '@builder-ai/contracts/task';

/** Who stands behind an agent's name. */
const VENDORS: Record<string, string> = {
  claude: 'Claude (Anthropic)',
  chatgpt: 'ChatGPT (OpenAI)',
  local: 'a model of your own',
  template: 'template builder',
};

/** An agent that is not known yet is called by its name. */
export const vendorWords = (agent: string): string => (Object.hasOwn(VENDORS, agent) && VENDORS[agent]) || agent;

/** Which model each agent used last, as its calls tell. */
export function toModels(events: readonly TaskEvent[]): ReadonlyMap<string, string> {
  const models = new Map<string, string>();
  for (const { event_type, data } of events) {
    if (event_type !== 'usage_recorded') continue;
    if (typeof data.agent === 'string' && typeof data.model === 'string') models.set(data.agent, data.model);
  }
  return models;
}
