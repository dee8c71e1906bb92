// Reads a plan out of a model's words, and the plan that needs no model.

export const MAX_STEPS = 30;

/** The steps of a numbered list (`1. …`, `2) …`); a step may go on over lines that have no number. */
export function parsePlan(text: string): string[] {
  const steps: string[] = [];
  for (const line of text.split('\n')) {
    const numbered = line.match(/^\s*\d+[.)]\s+(.+)$/);
    if (numbered) steps.push((numbered[1] as string).trim());
    else if (steps.length > 0 && line.trim() !== '') steps[steps.length - 1] += ` ${line.trim()}`;
  }
  return steps.slice(0, MAX_STEPS);
}

/** The original product's plan for when no model can make one: exactly three steps, the first contains the goal. */
export function staticPlan(goal: string): string[] {
  return [
    `Analyse the goal and set the project up: ${goal}`,
    'Build what the goal asks for',
    'Check the result and write it up',
  ];
}
