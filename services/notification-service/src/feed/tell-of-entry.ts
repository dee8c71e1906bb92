// Tells of entries beside the feed, people and other programs: once for all that a transaction takes in.
import type { TaskEvent } from '@builder-ai/contracts/task';
import type { Tx } from '@builder-ai/platform/database';
import type { Deps } from '../deps.ts';
import { notifyOfEntry } from '../notifications/notify-of-entry.ts';
import { enqueueEntry } from '../webhooks/enqueue-entry.ts';
import { findNews, type ToldEntry, toWebhookEvent } from '../webhooks/find-news.ts';

const gathered = new WeakMap<Tx, ToldEntry[]>();

/** In the transaction that takes the entry in, at its end: who is to be told is asked once, however many entries it has. */
export function tellOfEntry(deps: Deps, tx: Tx, entry: TaskEvent, ownerId: string): void {
  const type = toWebhookEvent(entry);
  if (!type) return;
  const waiting = gathered.get(tx);
  if (waiting) {
    waiting.push({ entry, ownerId, type });
    return;
  }
  const told = [{ entry, ownerId, type }];
  gathered.set(tx, told);
  tx.beforeCommit(() => tellAll(deps, tx, told));
}

async function tellAll(deps: Deps, tx: Tx, told: readonly ToldEntry[]): Promise<void> {
  for (const [index, news] of (await findNews(tx, told)).entries()) {
    const { entry, ownerId } = told[index] as ToldEntry;
    if (!news) continue;
    notifyOfEntry(deps, tx, entry, ownerId, news.title);
    enqueueEntry(deps, tx, entry, news);
  }
}
