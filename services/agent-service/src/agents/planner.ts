// Makes the plan: by the model, and by the static plan where that fails.
import type { Logger } from '@builder-ai/platform/logger';
import type { Model, Usage } from '../models/model.ts';
import { parsePlan, staticPlan } from './plan-text.ts';

export type Plan = { steps: string[]; source: string; agent: string; usage: Usage | null };

export type PlannerOptions = { model: Model; prompt: string; goal: string; signal: AbortSignal; logger: Logger };

export async function makePlan({ model, prompt, goal, signal, logger }: PlannerOptions): Promise<Plan> {
  try {
    const answer = await model.answer({
      purpose: 'plan',
      system: prompt,
      messages: [{ role: 'user', content: [{ type: 'text', text: `The goal: ${goal}` }] }],
      tools: [],
      subject: { goal },
      signal,
    });
    const steps = parsePlan(answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('\n'));
    if (steps.length > 0) return { steps, source: model.agent, agent: model.agent, usage: answer.usage };
    logger.warn('The planner answered without a plan: the static plan is used', { agent: model.agent });
  } catch (error) {
    signal.throwIfAborted();
    logger.error('The planner failed: the static plan is used', { agent: model.agent, error });
  }
  return { steps: staticPlan(goal), source: 'static', agent: model.agent, usage: null };
}
