import { defineShape } from '@builder-ai/contracts/shape';
import { count, id, microUsd, nullableText, SAMPLE_ID, text } from '@builder-ai/contracts/shapes/fields';
import { budgetSchema, taskShape } from '@builder-ai/contracts/shapes/task';
import Joi from 'joi';

export const agentShape = defineShape({
  name: 'AgentAnswer',
  schema: Joi.object({
    conversation_id: id,
    reply: text,
    agent: text,
    task: Joi.alternatives(taskShape.schema, Joi.valid(null))
      .required()
      .description('The task that was made or steered last, as it is now.'),
    actions: Joi.array()
      .items(Joi.object({ action: text, task_id: id }))
      .required(),
    collaboration_log: nullableText,
    usage: Joi.object({ input_tokens: count, output_tokens: count, cost_micro_usd: microUsd }).required(),
    budget: budgetSchema.required().description('Of the conversation.'),
  }),
  sample: {
    conversation_id: '0198f0c2-7a10-7000-8000-000000000010',
    reply: 'It is being built.',
    agent: 'claude',
    task: null,
    actions: [{ action: 'create_task', task_id: SAMPLE_ID }],
    collaboration_log: null,
    usage: { input_tokens: 900, output_tokens: 80, cost_micro_usd: 3900 },
    budget: { cap_micro_usd: 5_000_000, reserved_micro_usd: 0, spent_micro_usd: 3900 },
  },
});
