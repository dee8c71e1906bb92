import Joi from 'joi';
import type { FoundAgents } from '../found-agents.ts';
import { defineShape } from '../shape.ts';
import { AGENT_MODES } from '../task.ts';
import { text } from './fields.ts';

const mode = Joi.string()
  .valid(...AGENT_MODES)
  .required();

export const foundAgentsShape = defineShape<FoundAgents>({
  name: 'FoundAgents',
  schema: Joi.object<FoundAgents, true>({
    default_mode: mode.description('Who builds a task that names no mode.'),
    modes: Joi.array()
      .items(
        Joi.object({
          mode,
          missing: Joi.array()
            .items(Joi.string())
            .required()
            .description('The settings without which it cannot be had.'),
        }),
      )
      .required(),
    models: Joi.array()
      .items(Joi.object({ agent: text, model: text }))
      .required(),
    commands: text.description('How commands of agents run: bubblewrap, unsafe or off.'),
  }),
  sample: {
    default_mode: 'template',
    modes: [
      { mode: 'template', missing: [] },
      { mode: 'claude', missing: ['ANTHROPIC_API_KEY'] },
    ],
    models: [{ agent: 'template', model: 'template' }],
    commands: 'bubblewrap',
  },
});
