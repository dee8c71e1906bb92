// Makes the models that the configuration has a connection for, and finds one that runs on this machine.
import type { Config } from '../config.ts';
import { newAnthropicModel } from './anthropic-model.ts';
import { withCircuitBreaker } from './circuit-breaker.ts';
import { findOllama } from './find-ollama.ts';
import type { Model } from './model.ts';
import type { Models } from './model-choice.ts';
import { newChatModel } from './openai-chat-model.ts';
import { newOpenAiModel } from './openai-responses-model.ts';
import type { Price } from './price-list.ts';
import { readPrices } from './read-prices.ts';
import { newTemplateModel } from './template-model.ts';

/** @throws Error when the price list of the configuration is unusable */
export async function openModels(config: Config): Promise<Models> {
  const prices = readPrices(config.MODEL_PRICES);
  const found = {
    claude: openClaude(config, prices),
    chatgpt: openChatGpt(config, prices),
    local: await openLocal(config),
  };
  const models: Models = { template: newTemplateModel() };
  for (const name of ['claude', 'chatgpt', 'local'] as const) {
    const model = found[name];
    if (model) models[name] = withCircuitBreaker(model);
  }
  return models;
}

function openClaude(config: Config, prices: readonly Price[]): Model | undefined {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_MODEL: model } = config;
  return apiKey ? newAnthropicModel({ apiKey, model, prices, ...(baseUrl && { baseUrl }) }) : undefined;
}

function openChatGpt(config: Config, prices: readonly Price[]): Model | undefined {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model, OPENAI_API: api } = config;
  if (!apiKey) return undefined;
  if (api === 'chat')
    return newChatModel({ agent: 'chatgpt', apiKey, model, prices, baseUrl: baseUrl ?? 'https://api.openai.com/v1' });
  return newOpenAiModel({ apiKey, model, prices, ...(baseUrl && { baseUrl }) });
}

async function openLocal(config: Config): Promise<Model | undefined> {
  const { LOCAL_MODEL_URL: url, LOCAL_MODEL_NAME: name, OLLAMA } = config;
  const server = url
    ? { baseUrl: url, model: name ?? 'default' }
    : OLLAMA === 'off'
      ? undefined
      : await findOllama(name);
  return server && newChatModel({ agent: 'local', ...server, prices: 'free' });
}
