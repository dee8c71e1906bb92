import type { PlanStep } from '@builder-ai/contracts/task';

/** From before the step `from` until after the step `to`, by index; null for the beginning, and for now. */
export type DiffRange = { from: number | null; to: number | null };

export const WHOLE: DiffRange = { from: null, to: null };

/** Only a step that was begun has a before and an after. */
export const begunSteps = (plan: readonly PlanStep[]): PlanStep[] => plan.filter((step) => step.attempts > 0);

export function toQuery({ from, to }: DiffRange): string {
  const query = new URLSearchParams();
  if (from !== null) query.set('from', String(from));
  if (to !== null) query.set('to', String(to));
  return query.size > 0 ? `?${query}` : '';
}

export function rangeWords({ from, to }: DiffRange): string {
  if (from === null && to === null) return 'the whole task';
  if (from !== null && from === to) return `step ${from + 1}`;
  if (from === null) return `until step ${(to ?? 0) + 1} was done`;
  return to === null ? `since step ${from + 1} began` : `steps ${from + 1} to ${to + 1}`;
}
