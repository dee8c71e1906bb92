// The only reader of this service's environment.
import { type Environment, readConfig, type ServiceSettings, serviceSettings } from '@builder-ai/platform/config';
import Joi from 'joi';

export type Config = ServiceSettings & { RUN_WAIT_MS: number };

export const configSchema = Joi.object<Config>({
  ...serviceSettings,
  RUN_WAIT_MS: Joi.number()
    .integer()
    .min(100)
    .default(120_000)
    .description('How long POST /tasks/:id/run and /run-all wait for the end before they answer 202.'),
});

export const readTaskServiceConfig = (env: Environment): Config => readConfig(env, configSchema);
