import type { PlanStep } from '@builder-ai/contracts/task';

// A plan as its user edits it: the steps that were begun stay as they are, the others may be written anew.

/** `key` tells the rows apart while they are written, moved and removed. */
export type EditedStep = { key: number; description: string };

export type EditedPlan = { begun: readonly string[]; steps: readonly EditedStep[]; nextKey: number };

/** As the server has it. */
export const MAX_STEPS = 30;
export const MAX_DESCRIPTION_LENGTH = 2000;

export function toEditedPlan(plan: readonly PlanStep[]): EditedPlan {
  const begun = plan.filter((step) => step.status !== 'pending').map((step) => step.description);
  const steps = plan.slice(begun.length).map(({ description }, key) => ({ key, description }));
  return { begun, steps, nextKey: steps.length };
}

export function changeStep(plan: EditedPlan, key: number, description: string): EditedPlan {
  return { ...plan, steps: plan.steps.map((step) => (step.key === key ? { key, description } : step)) };
}

export function removeStep(plan: EditedPlan, key: number): EditedPlan {
  return { ...plan, steps: plan.steps.filter((step) => step.key !== key) };
}

export function addStep(plan: EditedPlan): EditedPlan {
  return {
    ...plan,
    steps: [...plan.steps, { key: plan.nextKey, description: '' }],
    nextKey: plan.nextKey + 1,
  };
}

/** Puts a step before the one above it; the first stays where it is. */
export function moveStepUp(plan: EditedPlan, key: number): EditedPlan {
  const at = plan.steps.findIndex((step) => step.key === key);
  const [before, moved] = [plan.steps[at - 1], plan.steps[at]];
  if (!before || !moved) return plan;
  return { ...plan, steps: [...plan.steps.slice(0, at - 1), moved, before, ...plan.steps.slice(at + 1)] };
}

/** What is to be sent: the whole plan, without rows that were left empty. */
export function toDescriptions({ begun, steps }: EditedPlan): string[] {
  const written = steps.map(({ description }) => description.trim()).filter((description) => description !== '');
  return [...begun, ...written];
}

export function isChanged(edited: EditedPlan, plan: readonly PlanStep[]): boolean {
  const now = toDescriptions(edited);
  return now.length !== plan.length || now.some((description, index) => description !== plan[index]?.description);
}

/** Whether two versions of a task have the same plan, whatever else happened to it. */
export const hasSameSteps = (a: readonly PlanStep[], b: readonly PlanStep[]): boolean =>
  a.length === b.length && a.every((step, index) => step.description === b[index]?.description);
