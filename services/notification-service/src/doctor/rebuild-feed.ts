// Puts entries into the feed that it does not have.
import type { TaskEvent } from '@builder-ai/contracts/task';
import type { Database } from '@builder-ai/platform/database';
import { appendToFeed } from '../feed/feed-store.ts';

/** @param entries of one task; those that are there already stay as they are */
export async function rebuildFeed(db: Database, ownerId: string, entries: readonly TaskEvent[]): Promise<void> {
  await db.transaction(async (tx) => {
    for (const entry of entries) await appendToFeed(tx, entry, ownerId);
  });
}
