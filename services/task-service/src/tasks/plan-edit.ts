// What a user may change of a plan: the steps that were not begun.
import { planUpdatedEntry } from '@builder-ai/contracts/events/timeline-entries';
import type { Tx } from '@builder-ai/platform/database';
import type { Outbox } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { LockedTask } from './task-row.ts';
import { appendToTimeline } from './timeline.ts';

/** The whole plan; the steps that were begun as they are. */
export type PlanEdit = { description: string }[];

const MAX_STEPS = 30;
const MAX_DESCRIPTION_LENGTH = 2_000;

export const planEditSchema = Joi.array()
  .items(Joi.object({ description: Joi.string().trim().max(MAX_DESCRIPTION_LENGTH).required() }))
  .min(1)
  .max(MAX_STEPS);

/** @throws AppError INPUT_INVALID when a step that was begun would change, or nothing would be left to do */
export async function editPlan(tx: Tx, outbox: Outbox, task: LockedTask, edit: PlanEdit): Promise<void> {
  const begun = task.plan.filter(({ status }) => status !== 'pending').length;
  for (const [index, { description }] of task.plan.slice(0, begun).entries())
    if (edit[index]?.description !== description)
      throw new AppError('INPUT_INVALID', {
        errors: [{ field: `plan.${index}`, message: 'was begun already and must stay as it is' }],
      });
  const steps = edit.slice(begun);
  const now = task.plan.slice(begun);
  if (steps.length === now.length && steps.every((step, index) => step.description === now[index]?.description)) return;
  if (steps.length === 0)
    throw new AppError('INPUT_INVALID', {
      errors: [{ field: 'plan', message: 'must have a step that is to be done' }],
    });
  await appendToTimeline(tx, outbox, task, planUpdatedEntry, { agent: 'user', from: begun, steps });
}
