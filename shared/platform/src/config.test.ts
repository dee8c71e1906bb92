import { expect, test } from '@jest/globals';
import Joi from 'joi';
import {
  type Environment,
  type RetentionSettings,
  readConfig,
  retentionSettings,
  type ServiceSettings,
  serviceSettings,
} from './config.ts';

const CANARY = 'canary0123456789';

const GOOD: Environment = {
  PORT: '8001',
  DATABASE_URL: 'postgres://host/db',
  GATEWAY_URL: 'http://gateway:8000',
  TASK_SERVICE_URL: 'http://task-service:8001',
  AGENT_SERVICE_URL: 'http://agent-service:8002',
  NOTIFICATION_SERVICE_URL: 'http://notification-service:8003',
};

type All = ServiceSettings & RetentionSettings;
const schema = Joi.object<All>({ ...serviceSettings, ...retentionSettings });

const read = (env: Environment) => readConfig<All>(env, schema);

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
    STOP_DELAY_MS: 0,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'info',
    ENVIRONMENT: 'development',
    OUTBOX_RETENTION_HOURS: 24,
    INBOX_RETENTION_HOURS: 192,
    KAFKA_TOPIC_RETENTION_HOURS: 168,
  });
});

test.each([
  [{ INBOX_RETENTION_HOURS: '100' }],
  [{ KAFKA_TOPIC_RETENTION_HOURS: '336' }],
  [{ INBOX_RETENTION_HOURS: '167.5', KAFKA_TOPIC_RETENTION_HOURS: '168' }],
])('%j: the inbox must not forget what the bus can still deliver, and the message says what to do', (change) => {
  expect(faultsOf({ ...GOOD, ...change })).toMatch(
    /^The configuration has a fault:\n {2}INBOX_RETENTION_HOURS must be at least KAFKA_TOPIC_RETENTION_HOURS: .* Raise this one, or lower the other\.$/,
  );
});

test('the inbox may remember for as long as the bus delivers', () => {
  const hours = { INBOX_RETENTION_HOURS: '336', KAFKA_TOPIC_RETENTION_HOURS: '336' };
  expect(read({ ...GOOD, ...hours })).toMatchObject({ INBOX_RETENTION_HOURS: 336 });
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

test('a short value does not garble the message about it', () => {
  expect(faultsOf({ ...GOOD, PORT: 'e', LOG_LEVEL: 'a', GATEWAY_URL: 'must' })).toBe(
    [
      'The configuration has faults:',
      '  PORT must be a number',
      '  LOG_LEVEL must be one of [debug, info, warn, error]',
      '  GATEWAY_URL must be a valid uri',
    ].join('\n'),
  );
  const schema = Joi.object({ KEY: Joi.string().pattern(/^key-/) });
  expect(() => readConfig({ KEY: 'pin' }, schema)).toThrow('KEY with value … fails to match the required pattern');
});
