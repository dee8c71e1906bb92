// The only reader of this service's environment.
import { AGENT_MODES, type AgentMode } from '@builder-ai/contracts/task';
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

export type Config = ServiceSettings &
  RetentionSettings &
  RedisSettings & {
    BUILDER_HOME: string;
    RUN_CONCURRENCY: number;
    RUN_MAX_MODEL_CALLS: number;
    RUN_MAX_MINUTES: number;
    MCP_SERVERS?: string;
    AGENT_MODE?: AgentMode;
    ANTHROPIC_API_KEY?: string;
    ANTHROPIC_BASE_URL?: string;
    ANTHROPIC_MODEL: string;
  };

export const configSchema = Joi.object<Config>({
  ...serviceSettings,
  ...retentionSettings,
  ...redisSettings,
  BUILDER_HOME: Joi.string()
    .required()
    .description('Everything that is kept: workspaces are in it; replicas share it.'),
  RUN_CONCURRENCY: Joi.number()
    .integer()
    .min(1)
    .max(200)
    .default(8)
    .description('Runs that one process drives at a time.'),
  RUN_MAX_MODEL_CALLS: Joi.number()
    .integer()
    .min(1)
    .default(500)
    .description('How often a run may ask models before it fails with all kept.'),
  RUN_MAX_MINUTES: Joi.number()
    .min(1)
    .default(240)
    .description('How long one job may drive a run before it fails with all kept.'),
  MCP_SERVERS: Joi.string().description(
    'A JSON file of tool servers: `{"mcpServers": {name: {command, args, env} or {url, headers}}}`.',
  ),
  AGENT_MODE: Joi.string()
    .valid(...AGENT_MODES)
    .description('Who builds, unless the task says otherwise; by default what is there: `template` without a model.'),
  ANTHROPIC_API_KEY: Joi.string().description('The key for Claude; without it `agent_mode: claude` is not there.'),
  ANTHROPIC_BASE_URL: Joi.string().uri().description("Another address for Claude; by default Anthropic's own."),
  ANTHROPIC_MODEL: Joi.string().default('claude-sonnet-5-5').description('Which Claude.'),
});

export const readAgentServiceConfig = (env: Environment): Config => readConfig(env, configSchema);
