import { randomBytes } from 'node:crypto';
import { type ForkPoint, type TaskForked, taskForked } from '@builder-ai/contracts/events/task-forked';
import type { Tx } from '@builder-ai/platform/database';
import { onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { copyObjects } from '../workspace/copy-objects.ts';
import { repositoryOf } from '../workspace/workspace.ts';
import { insertForkedRun } from './run-store.ts';
import { tellDefaultCap } from './tell-default-cap.ts';

/**
 * The fork's run begins with the rows of its parent's ledger up to that point, and with the parent's files, which it then
 * has for itself. It stands still until somebody runs it.
 */
export const onTaskForked = onEvent<Deps, TaskForked>(taskForked, async ({ deps, tx, event, data }) => {
  const { parent_id, after } = data;
  const last = after ? await findLastRow(tx, parent_id, after) : 0;
  // Objects only: those of a later state harm nobody. Before the rows that name them.
  const place = (task: string) => repositoryOf(deps.workspaceRoot, task);
  await copyObjects(place(parent_id), place(event.subject));
  await insertForkedRun(tx, event.subject, data, last, randomBytes(24).toString('base64url'), deps.taskCap);
  await tellDefaultCap(deps, tx, event.subject, data.cap_micro_usd);
});

/** The number of the last row of the parent's ledger that the fork takes along; 0: none. */
async function findLastRow(tx: Tx, parentId: string, after: ForkPoint): Promise<number> {
  const [row] = await tx.query<{ no: number | null }>(LAST_ROW[after.kind], [parentId, ...toValues(after)]);
  return row?.no ?? 0;
}

const LAST_ROW: Record<ForkPoint['kind'], string> = {
  // All that came before the first step.
  plan: `select coalesce((select min(no) - 1 from ledger where task_id = $1 and kind = 'step.begun'), max(no)) as no
    from ledger where task_id = $1`,
  step: `select max(no) as no from ledger where task_id = $1 and kind = 'step.done' and step = $2`,
  call: `select max(no) as no from ledger where task_id = $1 and call_id = $2
    and kind in ('tool.finished', 'question.answered')`,
};

function toValues({ kind, step, call_id }: ForkPoint): unknown[] {
  if (kind === 'plan') return [];
  return [kind === 'step' ? step : call_id];
}
