// Makes the plan out of the planner's answer, and the static plan where there is none.
import type { Model, ModelAnswer, ModelRequest } from '../models/model.ts';
import { parsePlan, staticPlan } from './plan-text.ts';

export type Plan = { steps: string[]; source: string; agent: string };

const MAX_OUTPUT_TOKENS = 4_096;

/** What the planner is asked. */
export function planRequest(prompt: string, goal: string): Omit<ModelRequest, 'signal'> {
  return {
    purpose: 'plan',
    system: prompt,
    messages: [{ role: 'user', content: [{ type: 'text', text: `The goal: ${goal}` }] }],
    tools: [],
    subject: { goal },
    maxOutputTokens: MAX_OUTPUT_TOKENS,
  };
}

/** @param answer null when the planner could not be asked */
export function toPlan(model: Model, goal: string, answer: ModelAnswer | null): Plan {
  const { agent } = model;
  const text = answer?.content.map((block) => (block.type === 'text' ? block.text : '')).join('\n') ?? '';
  const steps = parsePlan(text);
  return steps.length > 0 ? { steps, source: agent, agent } : { steps: staticPlan(goal), source: 'static', agent };
}
