// Removes the conversations and the budget of projects and users that are gone.
import type { Database } from '@builder-ai/platform/database';

/** Somebody who was let in before may still talk with an agent while an assertion holds (60 s), and that takes its time. */
const LATE_SECONDS = 300;

// What runs have spent counts in the budget as long as there is one.
const REMOVE_BUDGET = `with done as (
    update deleted_owners set done_at = now()
    where owner_id = $1 and deleted_at < now() - $2 * interval '1 second'
      and not exists (select 1 from runs where owner_id = $1 and removed_at is null)
    returning owner_id
  ), paid as (
    update runs set spent_micro_usd = 0, reserved_micro_usd = 0 from done where runs.owner_id = done.owner_id
  )
  delete from budgets using done where budgets.owner_id = done.owner_id`;

/** @param lateSeconds how long after its deletion something of it may still come */
export async function removeDeletedOwners(db: Database, lateSeconds = LATE_SECONDS): Promise<void> {
  const owners = await db.query<{ owner_id: string }>('select owner_id from deleted_owners where done_at is null');
  for (const { owner_id } of owners) {
    await db.query('delete from conversations where owner_id = $1', [owner_id]);
    await db.query(REMOVE_BUDGET, [owner_id, lateSeconds]);
  }
}
