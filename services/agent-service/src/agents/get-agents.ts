import type { FoundAgents } from '@builder-ai/contracts/found-agents';
import { foundAgentsShape } from '@builder-ai/contracts/shapes/found-agents';
import { AGENT_MODES } from '@builder-ai/contracts/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { findMissing, findMode } from '../models/model-choice.ts';
import { commandsOf } from '../sandbox/sandbox-check.ts';

/** Who can build here, what is missing for the others, and whether their commands run in a sandbox. */
export const getAgents = endpoint<Deps>({
  method: 'get',
  path: '/agents',
  access: 'task.read',
  summary: 'Says who can build here, and what the others need',
  answers: { 200: foundAgentsShape },
  async handle({ deps }) {
    const { models, roles, defaultMode, sandbox } = deps;
    const body: FoundAgents = {
      default_mode: defaultMode ?? findMode(models),
      modes: AGENT_MODES.map((mode) => ({ mode, missing: findMissing(models, mode, roles) })),
      models: Object.values(models).map(({ agent, name }) => ({ agent, model: name })),
      commands: commandsOf(sandbox),
    };
    return { status: 200, body };
  },
});
