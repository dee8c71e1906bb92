// The only reader of this service's environment.
import { type Environment, readConfig, type ServiceSettings, serviceSettings } from '@builder-ai/platform/config';
import Joi from 'joi';

export type Config = ServiceSettings;

export const configSchema = Joi.object<Config>({ ...serviceSettings });

export const readNotificationServiceConfig = (env: Environment): Config => readConfig(env, configSchema);
