// Which model plays which part, by the task's agent mode and by what is there.
import type { AgentMode } from '@builder-ai/contracts/task';
import { AppError } from '@builder-ai/platform/problem';
import type { Model } from './model.ts';

export type Models = { template: Model };

export type Cast = { planner: Model; builder: Model };

/**
 * @param mode the task's own, else the configured one, else `template`
 * @throws AppError AI_UNAVAILABLE when the mode names a vendor that is not there
 */
export function chooseModels(models: Models, mode: AgentMode | null): Cast {
  if (mode === null || mode === 'template') return { planner: models.template, builder: models.template };
  throw new AppError('AI_UNAVAILABLE', {
    detail: `AI service unavailable: this version has no connection for agent_mode "${mode}". Use "template".`,
  });
}
