import { taskRunRequested } from '@builder-ai/contracts/events/task-run-requested';
import { endpoint } from '@builder-ai/platform/endpoint';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import { mayIn } from '@builder-ai/platform/project-access';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { findRunsThatWait, readBudget, setCaps } from './budget-store.ts';
import { projectBudgetShape } from './project-budget-shape.ts';

type ChangeBudget = { cap_micro_usd?: number | null; default_task_cap_micro_usd?: number | null };

const cap = Joi.number().integer().min(0).allow(null);

/**
 * Holds from the answer on; calls in flight keep their reservation. Tasks that waited for this budget go on by themselves;
 * those that still do not fit wait again. A default is the cap of tasks that are run for the first time from now on.
 */
export const changeProjectBudget = endpoint<Deps, ChangeBudget>({
  method: 'patch',
  path: '/projects/:id/budget',
  access: 'budget.change',
  summary: "Changes what a project's tasks may cost together, and the cap of those that have none",
  answers: { 200: projectBudgetShape },
  errors: ['PROJECT_NOT_FOUND'],
  bodySample: { cap_micro_usd: 50_000_000, default_task_cap_micro_usd: 2_000_000 },
  body: Joi.object<ChangeBudget, true>({ cap_micro_usd: cap, default_task_cap_micro_usd: cap }).min(1),
  async handle({ deps, body, identity, params }) {
    const projectId = params.id as string;
    if (!mayIn(identity, projectId, 'viewer')) throw new AppError('PROJECT_NOT_FOUND');
    if (!mayIn(identity, projectId, 'owner')) throw new AppError('FORBIDDEN');
    await deps.db.transaction(async (tx) => {
      await setCaps(tx, projectId, body.cap_micro_usd, body.default_task_cap_micro_usd);
      if (body.cap_micro_usd === undefined) return;
      for (const { task_id, until } of await findRunsThatWait(tx, projectId)) {
        const told = entry(taskRunRequested, { owner_id: projectId, until });
        await deps.outbox.add(tx, task_id, [{ ...told, ownerId: projectId }]);
      }
    });
    return { status: 200, body: await readBudget(deps.db, projectId) };
  },
});
