// Makes the tasks that users ask for. Those that are asked for at the same moment are one commit.
import type { Task } from '@builder-ai/contracts/task';
import { type IdempotentRequest, once } from '@builder-ai/platform/idempotency';
import { inGroups } from '@builder-ai/platform/in-groups';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { type AskedTask, insertTasks } from './new-tasks.ts';
import { toSummary } from './task-view.ts';

export type RequestedTask = AskedTask & { request: IdempotentRequest };

/** @throws AppError PROJECT_NOT_FOUND when it was deleted meanwhile, IDEMPOTENCY_KEY_REUSED */
export type TaskMaker = (requested: RequestedTask) => Promise<Task>;

const MOST_TOGETHER = 64;

export function newTaskMaker({ db, outbox, counters }: Pick<Deps, 'db' | 'outbox' | 'counters'>): TaskMaker {
  const makeAlone: TaskMaker = (requested) =>
    db.transaction((tx) =>
      once(tx, requested.request, async () => {
        const [row] = await insertTasks(tx, outbox, [requested]);
        if (!row) throw new AppError('PROJECT_NOT_FOUND');
        tx.afterCommit(() => counters.created.inc());
        return toSummary(row);
      }),
    );
  const makeInGroup = inGroups<RequestedTask, Task>({
    most: MOST_TOGETHER,
    together: (all) =>
      db.transaction(async (tx) => {
        const rows = await insertTasks(tx, outbox, all);
        tx.afterCommit(() => counters.created.inc(rows.filter(Boolean).length));
        return rows.map((row) => row && toSummary(row));
      }),
    alone: makeAlone,
  });
  // A key may be taken by a request that is still under way: nobody else waits for that one.
  return (requested) => (requested.request.key === undefined ? makeInGroup : makeAlone)(requested);
}
