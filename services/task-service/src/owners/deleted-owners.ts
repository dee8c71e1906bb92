// Projects and users that are gone: their tasks are deleted in small transactions, by whichever process comes to it. One that
// dies leaves the rest to the next.
import type { Tx } from '@builder-ai/platform/database';
import type { Deps } from '../deps.ts';
import { lockTask } from '../tasks/task-row.ts';
import { buryTask } from '../tasks/tombstone.ts';

const BATCH = 100;
/** Somebody who was let in before may still make a task while an assertion holds (60 s), and a request takes its time. */
const LATE_SECONDS = 300;

export async function noteDeletedOwner(tx: Tx, ownerId: string, deletedBy: string): Promise<void> {
  await tx.query('insert into deleted_owners (owner_id, deleted_by) values ($1, $2) on conflict do nothing', [
    ownerId,
    deletedBy,
  ]);
}

type DeletedOwner = { owner_id: string; deleted_by: string };

/** Deletes what there is of all of them. Of one that has been empty for long enough nobody asks again. */
export async function buryTasksOfOwners(deps: Deps, mayGoOn: () => boolean = () => true): Promise<number> {
  const owners = await deps.db.query<DeletedOwner>(
    'select owner_id, deleted_by from deleted_owners where done_at is null order by deleted_at',
  );
  let buried = 0;
  for (const owner of owners) {
    const found = await buryTasksOf(deps, owner, mayGoOn);
    buried += found.buried;
    if (!found.all) break;
    await deps.db.query(
      `update deleted_owners set done_at = now() where owner_id = $1 and deleted_at < now() - $2 * interval '1 second'`,
      [owner.owner_id, LATE_SECONDS],
    );
  }
  return buried;
}

async function buryTasksOf(
  deps: Deps,
  owner: DeletedOwner,
  mayGoOn: () => boolean,
): Promise<{ buried: number; all: boolean }> {
  let buried = 0;
  for (;;) {
    const rows = await deps.db.query<{ id: string }>(
      `select id from tasks where owner_id = $1 and deleted_at is null limit ${BATCH}`,
      [owner.owner_id],
    );
    for (const { id } of rows) {
      if (!mayGoOn()) return { buried, all: false };
      await deps.db.transaction(async (tx) => {
        const task = await lockTask(tx, id);
        if (!task || task.deleted_at) return;
        await buryTask(deps, tx, task, owner.deleted_by);
        buried += 1;
      });
    }
    if (rows.length < BATCH) return { buried, all: true };
  }
}
