// Where Redis is, for the services that can do without it.
import Joi from 'joi';

export type RedisSettings = { REDIS_URL?: string };

type Address = { REDIS_HOST?: string; REDIS_PORT: number };

export const redisSettings = {
  REDIS_HOST: Joi.string().hostname().description('Redis where there is no REDIS_URL, without password and TLS.'),
  REDIS_PORT: Joi.number().port().default(6379).description('The port at REDIS_HOST.'),
  REDIS_URL: Joi.string()
    .uri({ scheme: ['redis', 'rediss'] })
    .default(({ REDIS_HOST: host, REDIS_PORT: port }: Address) => host && `redis://${toUrlHost(host)}:${port}`)
    .description(
      'Redis, `redis://…` or `rediss://…`, for several replicas: a shared cache and limits, and quicker news. Left out, or away, all works without it.',
    ),
};

const toUrlHost = (host: string) => (host.includes(':') ? `[${host}]` : host);
