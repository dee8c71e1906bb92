import { defineShape } from '@builder-ai/contracts/shape';
import { count, id, microUsd, SAMPLE_ID, text } from '@builder-ai/contracts/shapes/fields';
import { budgetSchema } from '@builder-ai/contracts/shapes/task';
import Joi from 'joi';
import type { UsageSum } from './add-usage.ts';

const sums: Joi.StrictSchemaMap<UsageSum> = {
  calls: count.description('Calls that were answered.'),
  input_tokens: count,
  output_tokens: count,
  cost_micro_usd: microUsd,
  unknown_calls: count.description('Calls that were interrupted: what was reserved for them counts.'),
  unknown_cost_micro_usd: microUsd,
  failed_calls: count.description('Attempts that the provider turned away.'),
};

const sum: UsageSum = {
  calls: 2,
  input_tokens: 1200,
  output_tokens: 300,
  cost_micro_usd: 8100,
  unknown_calls: 0,
  unknown_cost_micro_usd: 0,
  failed_calls: 0,
};

const listOfSums = (fields: Joi.SchemaMap) =>
  Joi.array()
    .items(Joi.object({ ...sums, ...fields }))
    .required();

export const usageShape = defineShape({
  name: 'Usage',
  schema: Joi.object({
    task_id: id,
    total: Joi.object(sums).required(),
    by_step: listOfSums({ step: Joi.number().integer().allow(null).required() }),
    by_agent: listOfSums({ agent: text }),
    by_model: listOfSums({ agent: text, model: text }),
    budget: budgetSchema.required(),
  }),
  sample: {
    task_id: SAMPLE_ID,
    total: sum,
    by_step: [{ step: 0, ...sum }],
    by_agent: [{ agent: 'claude', ...sum }],
    by_model: [{ agent: 'claude', model: 'claude-sonnet', ...sum }],
    budget: { cap_micro_usd: null, reserved_micro_usd: 0, spent_micro_usd: 8100 },
  },
});
