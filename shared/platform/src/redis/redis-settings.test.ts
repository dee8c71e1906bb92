import { expect, test } from '@jest/globals';
import Joi from 'joi';
import { readConfig } from '../config.ts';
import { type RedisSettings, redisSettings } from './redis-settings.ts';

const schema = Joi.object<RedisSettings>(redisSettings);
const urlOf = (env: Record<string, string>) => readConfig(env, schema).REDIS_URL;

test.each([
  [{}, undefined],
  [{ REDIS_URL: 'rediss://user:pass@redis:6380/2' }, 'rediss://user:pass@redis:6380/2'],
  [{ REDIS_HOST: 'redis' }, 'redis://redis:6379'],
  [{ REDIS_HOST: '::1', REDIS_PORT: '7000' }, 'redis://[::1]:7000'],
  [{ REDIS_HOST: 'other', REDIS_URL: 'redis://redis' }, 'redis://redis'],
  [{ REDIS_PORT: '7000' }, undefined],
])('%j is Redis at %s', (env, url) => {
  expect(urlOf(env as Record<string, string>)).toBe(url);
});

test('a fault tells neither the address nor its password', () => {
  expect(() => urlOf({ REDIS_URL: 'http://:a-long-password@redis' })).toThrow(/REDIS_URL/);
  expect(() => urlOf({ REDIS_URL: 'http://:a-long-password@redis' })).not.toThrow(/a-long-password/);
});
