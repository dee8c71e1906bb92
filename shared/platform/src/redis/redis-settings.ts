// Where Redis is, for the services that can do without it.
import Joi from 'joi';

export type RedisSettings = { REDIS_URL?: string };

export const redisSettings = {
  REDIS_URL: Joi.string()
    .uri({ scheme: ['redis', 'rediss'] })
    .description(
      'Redis, `redis://…` or `rediss://…`, for several replicas: a shared cache and limits, and quicker news. Left out, or away, all works without it.',
    ),
};
