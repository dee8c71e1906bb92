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
import { VENDORS, type Vendor } from './models/model-choice.ts';

export type Config = ServiceSettings &
  RetentionSettings &
  RedisSettings & {
    BUILDER_HOME: string;
    RUN_CONCURRENCY: number;
    RUN_MAX_MODEL_CALLS: number;
    RUN_MAX_MINUTES: number;
    RUN_RETRY_SECONDS: number;
    TASK_CAP_USD?: number;
    CHAT_CAP_USD: number;
    UNSAFE_COMMANDS: boolean;
    MCP_SERVERS?: string;
    AGENT_MODE?: AgentMode;
    ANTHROPIC_API_KEY?: string;
    ANTHROPIC_BASE_URL?: string;
    ANTHROPIC_MODEL: string;
    OPENAI_API_KEY?: string;
    OPENAI_BASE_URL?: string;
    OPENAI_MODEL: string;
    OPENAI_API: 'responses' | 'chat';
    LOCAL_MODEL_URL?: string;
    LOCAL_MODEL_NAME?: string;
    OLLAMA: 'auto' | 'off';
    MODEL_PRICES?: string;
    ROLE_PLANNER: Vendor;
    ROLE_BUILDER: Vendor;
    ROLE_REVIEWER: Vendor;
  };

const vendor = (name: Vendor) =>
  Joi.string()
    .valid(...VENDORS)
    .default(name);

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
  RUN_RETRY_SECONDS: Joi.number()
    .integer()
    .min(1)
    .default(180)
    .description('So long a model that does not answer is asked again, as often as it asks for; then the task waits.'),
  RUN_MAX_MINUTES: Joi.number()
    .min(1)
    .default(240)
    .description('How long one job may drive a run before it fails with all kept.'),
  TASK_CAP_USD: Joi.number()
    .min(0)
    .description(
      'What a task may cost, in dollars, where neither it nor its project says; by default there is no limit.',
    ),
  CHAT_CAP_USD: Joi.number()
    .min(0)
    .default(5)
    .description('What one conversation with the agent may cost, in dollars, unless its user says otherwise.'),
  UNSAFE_COMMANDS: Joi.boolean()
    .default(false)
    .description(
      '`true`: where there is no sandbox, commands of agents are run without one: they can do whatever we can.',
    ),
  MCP_SERVERS: Joi.string().description(
    'A JSON file of tool servers: `{"mcpServers": {name: {command, args, env} or {url, headers}}}`.',
  ),
  AGENT_MODE: Joi.string()
    .valid(...AGENT_MODES)
    .description('Who builds, unless the task says otherwise; by default what is there: `template` without a model.'),
  ANTHROPIC_API_KEY: Joi.string().description('The key for Claude; without it `agent_mode: claude` is not there.'),
  ANTHROPIC_BASE_URL: Joi.string().uri().description("Another address for Claude; by default Anthropic's own."),
  ANTHROPIC_MODEL: Joi.string().default('claude-sonnet-5-5').description('Which Claude.'),
  OPENAI_API_KEY: Joi.string().description('The key for ChatGPT; without it `agent_mode: chatgpt` is not there.'),
  OPENAI_BASE_URL: Joi.string().uri().description("Another address for ChatGPT; by default OpenAI's own."),
  OPENAI_MODEL: Joi.string().default('gpt-6.1-sol').description('Which ChatGPT.'),
  OPENAI_API: Joi.string()
    .valid('responses', 'chat')
    .default('responses')
    .description('`chat` for servers that speak only Chat Completions.'),
  LOCAL_MODEL_URL: Joi.string()
    .uri()
    .description('A model server of your own that speaks Chat Completions (llama.cpp, vLLM, …), up to `/v1`.'),
  LOCAL_MODEL_NAME: Joi.string().description('Its model; of Ollama by default the first that it has.'),
  OLLAMA: Joi.string()
    .valid('auto', 'off')
    .default('auto')
    .description('`off`: Ollama on this machine is not looked for.'),
  MODEL_PRICES: Joi.string().description(
    'A JSON file of prices of your own: `[{model, input, output}]`, in dollars for a million tokens.',
  ),
  ROLE_PLANNER: vendor('claude').description('Who plans in `agent_mode: multi`.'),
  ROLE_BUILDER: vendor('claude').description('Who builds in `agent_mode: multi`.'),
  ROLE_REVIEWER: vendor('chatgpt').description('Who reviews in `agent_mode: multi`.'),
});

export const readAgentServiceConfig = (env: Environment): Config => readConfig(env, configSchema);
