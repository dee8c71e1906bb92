// Reads a service's settings from environment variables and reports every fault in one message, without any value.
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
  const { error, value } = schema.validate(given, {
    abortEarly: false,
    convert: true,
    errors: { wrap: { label: '' } },
  });
  if (!error) return value as T;
  const faults = error.details.map((detail) => `  ${messageWithoutValue(detail)}`);
  throw new Error(`The configuration has ${faults.length === 1 ? 'a fault' : 'faults'}:\n${faults.join('\n')}`);
}

function messageWithoutValue(detail: Joi.ValidationErrorItem): string {
  const value = detail.context?.value;
  return typeof value === 'string' && value !== '' ? detail.message.replaceAll(value, '…') : detail.message;
}

/** Settings that every service has. */
export const serviceSettings = {
  HOST: Joi.string().default('127.0.0.1').description('The address to listen on.'),
  PORT: Joi.number().port().required().description('The port to listen on; 0 lets the system choose.'),
  DATABASE_URL: Joi.string().required().description("The service's own PostgreSQL database."),
  DATABASE_POOL: Joi.number().integer().min(2).max(200).default(16).description('Connections to the database at most.'),
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
  LOG_LEVEL: 'debug' | 'info' | 'warn' | 'error';
  LOG_FILE?: string;
  ENVIRONMENT: string;
  GATEWAY_URL: string;
  TASK_SERVICE_URL: string;
  AGENT_SERVICE_URL: string;
  NOTIFICATION_SERVICE_URL: string;
};
