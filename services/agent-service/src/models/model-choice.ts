// Which model plays which part, by the task's agent mode and by what is there.
import type { AgentMode } from '@builder-ai/contracts/task';
import { AppError } from '@builder-ai/platform/problem';
import type { Model } from './model.ts';

export type Models = { template: Model; claude?: Model };

export type Cast = { planner: Model; builder: Model };

/**
 * @param mode the task's own, else the configured one, else whichever model is there
 * @throws AppError AI_UNAVAILABLE when the mode names a vendor that is not there
 */
export function chooseModels(models: Models, mode: AgentMode | null): Cast {
  const wanted = mode ?? (models.claude ? 'claude' : 'template');
  const model = wanted === 'template' ? models.template : wanted === 'claude' ? models.claude : undefined;
  if (model) return { planner: model, builder: model };
  throw new AppError('AI_UNAVAILABLE', {
    detail: `AI service unavailable: there is no connection for agent_mode "${wanted}". Set its key, or use "template".`,
  });
}
