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

export type Config = ServiceSettings &
  RetentionSettings &
  RedisSettings & { RUN_WAIT_MS: number; RUNS_PER_PROJECT: number };

export const configSchema = Joi.object<Config>({
  ...serviceSettings,
  ...retentionSettings,
  ...redisSettings,
  RUN_WAIT_MS: Joi.number()
    .integer()
    .min(100)
    .default(120_000)
    .description('How long POST /tasks/:id/run and /run-all wait for the end before they answer 202.'),
  RUNS_PER_PROJECT: Joi.number()
    .integer()
    .min(1)
    .default(100)
    .description('How many runs of one project may be queued or under way; more are refused with 429.'),
});

export const readTaskServiceConfig = (env: Environment): Config => readConfig(env, configSchema);
