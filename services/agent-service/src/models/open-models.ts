// Makes the models that the configuration has a connection for.
import type { Config } from '../config.ts';
import { newAnthropicModel } from './anthropic-model.ts';
import type { Models } from './model-choice.ts';
import { newTemplateModel } from './template-model.ts';

export function openModels(config: Config): Models {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_MODEL: model } = config;
  return {
    template: newTemplateModel(),
    ...(apiKey && { claude: newAnthropicModel({ apiKey, model, ...(baseUrl && { baseUrl }) }) }),
  };
}
