import type { Queryable } from '@builder-ai/platform/database';

/** Whether the project, or the user whose personal one it is, is gone. */
export async function isDeletedOwner(db: Queryable, ownerId: string): Promise<boolean> {
  return (await db.query('select 1 from deleted_owners where owner_id = $1', [ownerId])).length > 0;
}
