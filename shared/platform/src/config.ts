// Reads a service's settings from environment variables and reports every fault in one message, without any value.
import { TOPIC_RETENTION_HOURS } from '@builder-ai/contracts/topics';
import Joi from 'joi';

export type Environment = Record<string, string | undefined>;

/** A setting's text for people: it becomes a line of docs/configuration.md. */
export type Settings<T> = Joi.ObjectSchema<T>;

/**
 * Picks the variables that the schema names, and checks and converts them.
 * @throws Error naming all faulty variables at once; values are never printed, because they may be secrets
 */
export function readConfig<T>(env: Environment, schema: Settings<T>): T {
  const names = Object.keys(schema.describe().keys ?? {});
  const given = Object.fromEntries(names.map((name) => [name, env[name] === '' ? undefined : env[name]]));
  const check = (input: unknown) =>
    schema.validate(input, { abortEarly: false, convert: true, errors: { wrap: { label: '' } } });
  const first = check(given);
  // Joi does not check defaults, and whether one fits may depend on another setting.
  const { error, value } = first.error ? first : check(first.value);
  if (!error) return value as T;
  const faults = error.details.map((detail) => `  ${messageWithoutValue(detail)}`);
  throw new Error(`The configuration has ${faults.length === 1 ? 'a fault' : 'faults'}:\n${faults.join('\n')}`);
}

const SECRET_LENGTH = 8;

function messageWithoutValue(detail: Joi.ValidationErrorItem): string {
  const value = detail.context?.value;
  if (typeof value !== 'string' || value === '') return detail.message;
  // One that is long enough to be a secret is masked wherever it is; a short one would be found inside other words.
  if (value.length >= SECRET_LENGTH) return detail.message.replaceAll(value, '…');
  return detail.message.replace(`with value ${value} `, 'with value … ');
}

/** Settings that every service has. */
export const serviceSettings = {
  HOST: Joi.string().default('127.0.0.1').description('The address to listen on.'),
  PORT: Joi.number().port().required().description('The port to listen on; 0 lets the system choose.'),
  DATABASE_URL: Joi.string().required().description("The service's own PostgreSQL database."),
  DATABASE_POOL: Joi.number().integer().min(2).max(200).default(16).description('Connections to the database at most.'),
  STOP_DELAY_MS: Joi.number()
    .integer()
    .min(0)
    .max(15_000)
    .default(0)
    .description('How long it goes on answering after it was told to stop: until others see that it is not ready.'),
  LOG_LEVEL: Joi.string().valid('debug', 'info', 'warn', 'error').default('info').description('How much is logged.'),
  LOG_FILE: Joi.string().description('Append the log to this file instead of standard output.'),
  ENVIRONMENT: Joi.string().default('development').description('Named in logs and error reports.'),
  GATEWAY_URL: Joi.string().uri().required().description('Base URL of the gateway, for its public keys.'),
  TASK_SERVICE_URL: Joi.string().uri().required().description('Base URL of task-service.'),
  AGENT_SERVICE_URL: Joi.string().uri().required().description('Base URL of agent-service.'),
  NOTIFICATION_SERVICE_URL: Joi.string().uri().required().description('Base URL of notification-service.'),
};

export type ServiceSettings = {
  HOST: string;
  PORT: number;
  DATABASE_URL: string;
  DATABASE_POOL: number;
  STOP_DELAY_MS: number;
  LOG_LEVEL: 'debug' | 'info' | 'warn' | 'error';
  LOG_FILE?: string;
  ENVIRONMENT: string;
  GATEWAY_URL: string;
  TASK_SERVICE_URL: string;
  AGENT_SERVICE_URL: string;
  NOTIFICATION_SERVICE_URL: string;
};

const MUST_OUTLAST_TOPICS =
  '{#label} must be at least KAFKA_TOPIC_RETENTION_HOURS: an event that the bus still has could come again after it was forgotten here. Raise this one, or lower the other.';

/** For services with an inbox or an outbox: how long what has done its duty is kept. */
export const retentionSettings = {
  OUTBOX_RETENTION_HOURS: Joi.number()
    .positive()
    .default(24)
    .description('Events are kept for so long, and until they are published.'),
  INBOX_RETENTION_HOURS: Joi.number()
    .min(Joi.ref('KAFKA_TOPIC_RETENTION_HOURS'))
    .messages({ 'number.min': MUST_OUTLAST_TOPICS })
    .default(192)
    .description('So long it is known which events have come; at least KAFKA_TOPIC_RETENTION_HOURS.'),
  KAFKA_TOPIC_RETENTION_HOURS: Joi.number()
    .positive()
    .default(TOPIC_RETENTION_HOURS)
    .description('How long the bus keeps its events.'),
};

export type RetentionSettings = Record<keyof typeof retentionSettings, number>;
