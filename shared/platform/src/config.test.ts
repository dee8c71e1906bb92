import { expect, test } from '@jest/globals';
import Joi from 'joi';
import { type Environment, readConfig, type ServiceSettings, serviceSettings } from './config.ts';

const CANARY = 'canary0123456789';

const GOOD: Environment = {
  PORT: '8001',
  DATABASE_URL: 'postgres://host/db',
  GATEWAY_URL: 'http://gateway:8000',
  TASK_SERVICE_URL: 'http://task-service:8001',
  AGENT_SERVICE_URL: 'http://agent-service:8002',
  NOTIFICATION_SERVICE_URL: 'http://notification-service:8003',
};

const read = (env: Environment) => readConfig<ServiceSettings>(env, Joi.object<ServiceSettings>(serviceSettings));

function faultsOf(env: Environment): string {
  try {
    read(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('No fault was found');
}

test('settings are converted, defaults filled in, and other variables left alone', () => {
  expect(read({ ...GOOD, DATABASE_POOL: '8', HOME: '/home/somebody', PATH: '/bin' })).toEqual({
    ...GOOD,
    PORT: 8001,
    DATABASE_POOL: 8,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'info',
    ENVIRONMENT: 'development',
  });
});

test('an empty variable counts as one that is not set', () => {
  expect(read({ ...GOOD, HOST: '', LOG_FILE: '' })).toMatchObject({ HOST: '127.0.0.1' });
  expect(faultsOf({ ...GOOD, DATABASE_URL: '' })).toBe('The configuration has a fault:\n  DATABASE_URL is required');
});

test('every fault is in one message, by name', () => {
  expect(faultsOf({ ...GOOD, PORT: 'http', DATABASE_URL: undefined, LOG_LEVEL: 'loud', GATEWAY_URL: 'gateway' })).toBe(
    [
      'The configuration has faults:',
      '  PORT must be a number',
      '  DATABASE_URL is required',
      '  LOG_LEVEL must be one of [debug, info, warn, error]',
      '  GATEWAY_URL must be a valid uri',
    ].join('\n'),
  );
});

test('no value is printed, not even one that a message quotes', () => {
  const schema = Joi.object({
    KEY: Joi.string().pattern(/^key-/),
    LIST: Joi.string().custom((value) => {
      throw new Error(`${value} is no list`);
    }),
    NUMBER: Joi.number(),
    URL: Joi.string().uri(),
    SHORT: Joi.string().min(100),
  });
  const env = Object.fromEntries(['KEY', 'LIST', 'NUMBER', 'URL', 'SHORT'].map((name) => [name, CANARY]));
  expect(() => readConfig(env, schema)).toThrow(/KEY.*LIST.*NUMBER.*URL.*SHORT/s);
  expect(() => readConfig(env, schema)).not.toThrow(CANARY);
});
