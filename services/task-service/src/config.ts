// The only reader of this service's environment.
import {
  type Environment,
  type RetentionSettings,
  readConfig,
  retentionSettings,
  type ServiceSettings,
  serviceSettings,
} from '@builder-ai/platform/config';
import { type RedisSettings, redisSettings } from '@builder-ai/platform/redis/redis-settings';
import Joi from 'joi';

export type Config = ServiceSettings & RetentionSettings & RedisSettings & { RUN_WAIT_MS: number };

export const configSchema = Joi.object<Config>({
  ...serviceSettings,
  ...retentionSettings,
  ...redisSettings,
  RUN_WAIT_MS: Joi.number()
    .integer()
    .min(100)
    .default(120_000)
    .description('How long POST /tasks/:id/run and /run-all wait for the end before they answer 202.'),
});

export const readTaskServiceConfig = (env: Environment): Config => readConfig(env, configSchema);
