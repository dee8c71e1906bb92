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
  const steps = answer ? readSteps(answer) : [];
  return steps.length > 0 ? { steps, source: agent, agent } : { steps: staticPlan(goal), source: 'static', agent };
}

/** The steps an answer lists; none when it lists none. */
export function readSteps(answer: ModelAnswer): string[] {
  return parsePlan(answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('\n'));
}

/** What the planner is asked when a step failed: other steps in place of that one and those after it. */
export function changeRequest(
  prompt: string,
  goal: string,
  steps: readonly string[],
  from: number,
  problem: string,
): Omit<ModelRequest, 'signal'> {
  const list = (part: readonly string[]) => part.map((step, index) => `${index + 1}. ${step}`).join('\n') || 'none';
  const text = [
    `The goal: ${goal}`,
    `Done so far:\n${list(steps.slice(0, from))}`,
    `This step could not be done:\n${steps[from]}\n${problem}`,
    `Planned after it:\n${list(steps.slice(from + 1))}`,
    'List the steps that are to be done now, from this one on, in another way. What is done stays.',
  ].join('\n\n');
  return { ...planRequest(prompt, goal), messages: [{ role: 'user', content: [{ type: 'text', text }] }] };
}
