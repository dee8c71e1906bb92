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

export type Config = ServiceSettings & RetentionSettings & RedisSettings;

export const configSchema = Joi.object<Config>({ ...serviceSettings, ...retentionSettings, ...redisSettings });

export const readNotificationServiceConfig = (env: Environment): Config => readConfig(env, configSchema);
