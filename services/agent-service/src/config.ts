// The only reader of this service's environment.
import { AGENT_MODES, type AgentMode } from '@builder-ai/contracts/task';
import { type Environment, readConfig, type ServiceSettings, serviceSettings } from '@builder-ai/platform/config';
import Joi from 'joi';

export type Config = ServiceSettings & { BUILDER_HOME: string; RUN_CONCURRENCY: number; AGENT_MODE?: AgentMode };

export const configSchema = Joi.object<Config>({
  ...serviceSettings,
  BUILDER_HOME: Joi.string()
    .required()
    .description('Everything that is kept: workspaces are in it; replicas share it.'),
  RUN_CONCURRENCY: Joi.number()
    .integer()
    .min(1)
    .max(200)
    .default(8)
    .description('Runs that one process drives at a time.'),
  AGENT_MODE: Joi.string()
    .valid(...AGENT_MODES)
    .description('Who builds, unless the task says otherwise; by default what is there: `template` without a model.'),
});

export const readAgentServiceConfig = (env: Environment): Config => readConfig(env, configSchema);
