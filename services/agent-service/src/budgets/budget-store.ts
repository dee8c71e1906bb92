// What the tasks and conversations of a project may cost together, and have cost.

import type { RunUntil } from '@builder-ai/contracts/task';
import type { Queryable, Tx } from '@builder-ai/platform/database';

export type ProjectBudget = {
  project_id: string;
  cap_micro_usd: number | null;
  default_task_cap_micro_usd: number | null;
  reserved_micro_usd: number;
  spent_micro_usd: number;
};

const FIELDS = 'owner_id as project_id, cap_micro_usd, default_task_cap_micro_usd, reserved_micro_usd, spent_micro_usd';

/** A project that nothing was spent for has a budget without a cap. */
export async function readBudget(db: Queryable, projectId: string): Promise<ProjectBudget> {
  const [row] = await db.query<ProjectBudget>(`select ${FIELDS} from budgets where owner_id = $1`, [projectId]);
  return (
    row ?? {
      project_id: projectId,
      cap_micro_usd: null,
      default_task_cap_micro_usd: null,
      reserved_micro_usd: 0,
      spent_micro_usd: 0,
    }
  );
}

/** Calls in flight have their reservation already. Undefined leaves a cap as it is. */
export async function setCaps(
  tx: Tx,
  projectId: string,
  cap: number | null | undefined,
  defaultTaskCap: number | null | undefined,
): Promise<ProjectBudget> {
  const [row] = await tx.query<ProjectBudget>(
    `insert into budgets (owner_id, cap_micro_usd, default_task_cap_micro_usd) values ($1, $2, $3)
     on conflict (owner_id) do update set
       cap_micro_usd = case when $4 then $2 else budgets.cap_micro_usd end,
       default_task_cap_micro_usd = case when $5 then $3 else budgets.default_task_cap_micro_usd end
     returning ${FIELDS}`,
    [projectId, cap ?? null, defaultTaskCap ?? null, cap !== undefined, defaultTaskCap !== undefined],
  );
  return row as ProjectBudget;
}

export type WaitingRun = { task_id: string; until: RunUntil };

/** Runs that stand still because the project's budget did not hold their next call. */
export async function findRunsThatWait(tx: Tx, projectId: string): Promise<WaitingRun[]> {
  return tx.query<WaitingRun>(
    `select task_id, until from runs where owner_id = $1 and waits_for_project and state = 'idle'`,
    [projectId],
  );
}
