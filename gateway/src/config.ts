// The only reader of the gateway's environment.
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

export type Config = Omit<ServiceSettings, 'GATEWAY_URL'> &
  RetentionSettings &
  RedisSettings & {
    GATEWAY_URL?: string;
    WEB_DIRECTORY?: string;
    BUILDER_API_KEY?: string;
    ALLOWED_HOSTS: string;
    CORS_ORIGINS: string;
    RATE_LIMIT_TASKS: number;
    RATE_LIMIT_AGENT: number;
    RATE_LIMIT_SIGN_IN: number;
    RATE_LIMIT_REQUESTS: number;
    SOCKETS_PER_USER: number;
    NOTIFICATION_SERVICE_REPLICAS: string;
    SIGN_UP: 'closed' | 'open';
    TRUSTED_HOPS: number;
    METRICS_PORT?: number;
    RUN_WAIT_MS: number;
  };

const { GATEWAY_URL: _own, ...settings } = serviceSettings;

export const configSchema = Joi.object<Config>({
  ...settings,
  ...retentionSettings,
  ...redisSettings,
  PORT: Joi.number().port().default(8000).description('The one public port.'),
  GATEWAY_URL: Joi.string().uri().description('The address that people use, for links; by default http://HOST:PORT.'),
  WEB_DIRECTORY: Joi.string().description('The built web client; without it only the API is served.'),
  BUILDER_API_KEY: Joi.string().min(16).description('An API key for the owner (`Authorization: Bearer …`).'),
  ALLOWED_HOSTS: Joi.string()
    .allow('')
    .default('')
    .description('Host names served, by commas. On a loopback address: localhost, 127.0.0.1 and [::1] always.'),
  CORS_ORIGINS: Joi.string()
    .allow('')
    .default('')
    .custom(listOf(isOrigin, 'must be origins, such as https://app.example.com'))
    .description('Origins of other pages that may call with a user’s session and read the answers, by commas.'),
  RATE_LIMIT_TASKS: Joi.number()
    .integer()
    .min(1)
    .default(10)
    .description('POST /tasks a minute, per address or key; three times as many per user.'),
  RATE_LIMIT_AGENT: Joi.number()
    .integer()
    .min(1)
    .default(30)
    .description('POST /agent a minute, per address or key; three times as many per user.'),
  RATE_LIMIT_SIGN_IN: Joi.number()
    .integer()
    .min(1)
    .default(10)
    .description('Attempts to sign in or up a minute, per address, and per e-mail.'),
  RATE_LIMIT_REQUESTS: Joi.number()
    .integer()
    .min(1)
    .default(6_000)
    .description(
      'Requests of any kind a minute, per user, or per address for whoever is not signed in. Each replica counts for itself.',
    ),
  SOCKETS_PER_USER: Joi.number()
    .integer()
    .min(1)
    .default(100)
    .description('WebSockets that one user may have open at each replica.'),
  NOTIFICATION_SERVICE_REPLICAS: Joi.string()
    .allow('')
    .default('')
    .custom(listOf(isHostAndPort, 'must be host:port, such as notification-service-replicas:8000'))
    .description(
      'host:port of each replica of notification-service, by commas, or of a name that has the addresses of all: sockets that begin by polling need it where there are several.',
    ),
  TRUSTED_HOPS: Joi.number()
    .integer()
    .min(0)
    .max(10)
    .default(0)
    .description('Proxies of yours before the gateway, whose X-Forwarded-For and X-Forwarded-Proto are believed.'),
  METRICS_PORT: Joi.number()
    .port()
    .description(
      'A second port with /metrics alone, without sign-in, for Prometheus: never to be reached by the public.',
    ),
  SIGN_UP: Joi.string()
    .valid('closed', 'open')
    .default('closed')
    .description('Who may make an account: closed is by invitation only, open is anybody who reaches the gateway.'),
  RUN_WAIT_MS: Joi.number()
    .integer()
    .min(100)
    .default(120_000)
    .description('As in task-service: run requests wait longer than this.'),
});

function listOf(isPart: (part: string) => boolean, must: string) {
  return (text: string, joi: Joi.CustomHelpers) =>
    splitList(text).every(isPart) ? text : joi.message({ custom: `{{#label}} ${must}` });
}

/** As browsers send them; a pattern or an address with a path would never match, or match too much. */
function isOrigin(origin: string): boolean {
  return /^https?:\/\/[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
}

function isHostAndPort(host: string): boolean {
  return /^([\w.-]+|\[[\da-f:.]+\]):\d{1,5}$/i.test(host) && URL.canParse(`http://${host}`);
}

/** The parts between commas. */
export const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

export const readGatewayConfig = (env: Environment): Config => readConfig(env, configSchema);
