import type { Database } from '@builder-ai/platform/database';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { checkMayRead } from '../files/find-workspace.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { addUsage } from './add-usage.ts';
import { usageShape } from './usage-shape.ts';

/** Calls, tokens and cost of a task, in all and by step, agent and model. The total is what its budget counts. */
export const getUsage = endpoint<Deps>({
  method: 'get',
  path: '/tasks/:id/usage',
  access: 'task.read',
  summary: 'Shows calls, tokens and cost by step, agent and model',
  answers: { 200: usageShape },
  errors: ['TASK_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const taskId = params.id as string;
    // Only to see whether the caller may see the task.
    await checkMayRead(deps, identity, taskId);
    const usage = addUsage(await readLedger(deps.db, taskId));
    return { status: 200, body: { task_id: taskId, ...usage, budget: await findBudget(deps.db, taskId) } };
  },
});

type Budget = { cap_micro_usd: number | null; reserved_micro_usd: number; spent_micro_usd: number };

async function findBudget(db: Database, taskId: string): Promise<Budget> {
  const [run] = await db.query<Budget>(
    'select cap_micro_usd, reserved_micro_usd, spent_micro_usd from runs where task_id = $1',
    [taskId],
  );
  return run ?? { cap_micro_usd: null, reserved_micro_usd: 0, spent_micro_usd: 0 };
}
