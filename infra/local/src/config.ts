import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Environment, readConfig } from '@builder-ai/platform/config';
import Joi from 'joi';
import { toHomeDirectory } from './home.ts';

export type LocalConfig = {
  home: string;
  host: string;
  port: number;
  databaseUrl: string | undefined;
  logLevel: string;
  metricsPort: number | undefined;
  webDirectory: string;
};

/** Settings of `npm start`. Each service checks its own when it starts. */
export const localSettings = Joi.object({
  HOST: Joi.string().default('127.0.0.1').description("The gateway's address."),
  PORT: Joi.number().port().default(8000).description("The gateway's port; 0 lets the system choose."),
  GATEWAY_URL: Joi.string().uri().description('The address that people use, for links; by default http://HOST:PORT.'),
  DATABASE_URL: Joi.string()
    .uri({ scheme: ['postgres', 'postgresql'] })
    .description('A server in place of the embedded one.'),
  METRICS_PORT: Joi.number()
    .port()
    .description('A port on the loopback with /metrics of all services, without sign-in, for Prometheus.'),
  LOG_LEVEL: Joi.string().valid('debug', 'info', 'warn', 'error').default('info').description('How much is logged.'),
});

type Values = { HOST: string; PORT: number; DATABASE_URL?: string; METRICS_PORT?: number; LOG_LEVEL: string };

/** Reads what `npm start` itself needs from the environment; throws one error with every fault. */
export function readLocalConfig(env: Environment): LocalConfig {
  const values = readConfig<Values>(env, localSettings);
  return {
    home: toHomeDirectory(env),
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL,
    metricsPort: values.METRICS_PORT,
    logLevel: values.LOG_LEVEL,
    webDirectory: resolve(fileURLToPath(import.meta.url), '../../../../web/dist'),
  };
}
