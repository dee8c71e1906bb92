import { defineShape } from '@builder-ai/contracts/shape';
import { id, microUsd, SAMPLE_ID } from '@builder-ai/contracts/shapes/fields';
import Joi from 'joi';
import type { ProjectBudget } from './budget-store.ts';

export const projectBudgetShape = defineShape<ProjectBudget>({
  name: 'ProjectBudget',
  schema: Joi.object<ProjectBudget, true>({
    project_id: id,
    cap_micro_usd: microUsd
      .allow(null)
      .description(
        'What all of its tasks and conversations may cost together, in millionths of a dollar; null: no limit.',
      ),
    default_task_cap_micro_usd: microUsd.allow(null).description('The cap of tasks that are made without one.'),
    reserved_micro_usd: microUsd.description('The worst that calls in flight may cost.'),
    spent_micro_usd: microUsd,
  }),
  sample: {
    project_id: SAMPLE_ID,
    cap_micro_usd: 50_000_000,
    default_task_cap_micro_usd: 2_000_000,
    reserved_micro_usd: 0,
    spent_micro_usd: 1_204_300,
  },
});
