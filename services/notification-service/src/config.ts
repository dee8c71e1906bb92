// The only reader of this service's environment.
import {
  type Environment,
  type RetentionSettings,
  readConfig,
  retentionSettings,
  type ServiceSettings,
  serviceSettings,
} from '@builder-ai/platform/config';
import { type OutgoingSettings, outgoingSettings } from '@builder-ai/platform/outgoing/outgoing-settings';
import { type RedisSettings, redisSettings } from '@builder-ai/platform/redis/redis-settings';
import Joi from 'joi';

type OwnSettings = {
  FEED_RETENTION_DAYS: number;
  NOTIFICATION_RETENTION_DAYS: number;
  WEBHOOK_LOG_RETENTION_DAYS: number;
  WEBHOOK_TIMEOUT_MS: number;
  WEBHOOK_RETRY_SECONDS: string;
  WEBHOOK_DISABLE_HOURS: number;
  SOCKETS_PER_USER: number;
  SOCKET_MESSAGES_PER_MINUTE: number;
};

export type Config = ServiceSettings & RetentionSettings & RedisSettings & OutgoingSettings & OwnSettings;

/** The pauses that WEBHOOK_RETRY_SECONDS lists. */
export const toSeconds = (text: string): number[] => text.split(',').map(Number);

const RETRIES = '5,300,1800,7200,18000,36000,50400,72000,86400';

export const configSchema = Joi.object<Config>({
  ...serviceSettings,
  ...retentionSettings,
  ...redisSettings,
  ...outgoingSettings,
  FEED_RETENTION_DAYS: Joi.number()
    .min(0)
    .default(0)
    .description('Entries of timelines are kept so long for replay; 0: for ever. task-service keeps its own.'),
  NOTIFICATION_RETENTION_DAYS: Joi.number().positive().default(90).description('Notifications are kept so long.'),
  WEBHOOK_LOG_RETENTION_DAYS: Joi.number().positive().default(30).description('Deliveries are kept so long.'),
  WEBHOOK_TIMEOUT_MS: Joi.number()
    .integer()
    .min(100)
    .max(60_000)
    .default(15_000)
    .description('How long a webhook’s receiver may take to answer.'),
  WEBHOOK_RETRY_SECONDS: Joi.string()
    .default(RETRIES)
    .custom((text: string) => {
      if (!toSeconds(text).every((pause) => pause >= 0 && pause <= 604_800)) throw new Error('it is a list of seconds');
      return text;
    })
    .description('The pauses after each failed delivery, by commas; after the last one it is given up.'),
  WEBHOOK_DISABLE_HOURS: Joi.number()
    .min(0)
    .default(120)
    .description('A webhook that has failed for so long is disabled.'),
  SOCKETS_PER_USER: Joi.number()
    .integer()
    .min(1)
    .default(100)
    .description('Sockets and event streams that one user may have open at one process.'),
  SOCKET_MESSAGES_PER_MINUTE: Joi.number()
    .integer()
    .min(1)
    .default(1_200)
    .description('Messages that one user’s sockets may send in a minute to one process.'),
});

export const readNotificationServiceConfig = (env: Environment): Config => readConfig(env, configSchema);
