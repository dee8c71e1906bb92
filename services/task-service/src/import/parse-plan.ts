// The plan of an old task: a list of texts, or of objects. Pure.
import type { StepRecord, StepStatus, TaskStatus } from '@builder-ai/contracts/task';
import { newStep } from '../tasks/task.ts';
import { findStepStatus } from './old-status.ts';
import { type Fields, findCount, findText, findTime, isObject, RowFault, toLines, toText } from './old-value.ts';

export type OldStep = StepRecord & {
  /** The step's own log lines, as they are in the file. */
  oldLogs: unknown;
};

/** What the rest of the row says about steps that do not say it themselves. */
export type PlanContext = { status: TaskStatus; current: number | undefined };

/** @throws RowFault when it is no plan */
export function parsePlan(value: unknown, context: PlanContext): OldStep[] {
  return toItems(value).map((item, index) => {
    if (typeof item === 'string') return parseStep({ description: item }, index, context);
    if (!isObject(item)) throw new RowFault(`step ${index + 1} must be a text or an object`);
    return parseStep(item, index, context);
  });
}

function toItems(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string') return toLines(value);
  const items = isObject(value) ? value.steps : value;
  if (!Array.isArray(items)) throw new RowFault('must be a list of steps');
  return items;
}

function parseStep(fields: Fields, index: number, context: PlanContext): OldStep {
  const description = findText(fields, 'description', 'title', 'name', 'step', 'text') ?? `Step ${index + 1}`;
  const status = toStepStatus(fields, index, context);
  const begun = status === 'completed' || status === 'failed';
  return {
    ...newStep(index, description),
    status,
    agent: findText(fields, 'agent'),
    started_at: toIso(fields.started_at),
    finished_at: toIso(fields.finished_at ?? fields.completed_at),
    attempts: findCount(fields.attempts) ?? (begun ? 1 : 0),
    result: toText(fields.result ?? fields.output ?? fields.error ?? null),
    review: isObject(fields.review) ? fields.review : null,
    cost_micro_usd: findCount(fields.cost_micro_usd) ?? 0,
    oldLogs: fields.logs,
  };
}

function toStepStatus(fields: Fields, index: number, { status, current }: PlanContext): StepStatus {
  const said = findStepStatus(fields.status);
  if (said) return said;
  if (fields.completed === true || fields.done === true || status === 'completed') return 'completed';
  return current !== undefined && index < current ? 'completed' : 'pending';
}

function toIso(value: unknown): string | null {
  return findTime(value)?.toISOString() ?? null;
}

/** The step that is next, for a task that has not ended. */
export function findCurrentStep(
  plan: readonly StepRecord[],
  status: TaskStatus,
  said: number | undefined,
): number | null {
  if (status === 'completed' || status === 'cancelled') return null;
  if (said !== undefined && said < plan.length) return said;
  return plan.find((step) => step.status === 'pending')?.index ?? null;
}
