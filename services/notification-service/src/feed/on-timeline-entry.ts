// Every event of task.events is one timeline entry: it goes into the feed and, after the commit, to the sockets. Of a few kinds
// people are told who look at something else, and other programs by webhook.
import type { CloudEvent } from '@builder-ai/contracts/event';
import type { TaskEvent } from '@builder-ai/contracts/task';
import type { EventContext } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { appendToFeed } from './feed-store.ts';
import { tellOfEntry } from './tell-of-entry.ts';

export async function onTimelineEntry({ deps, tx, event }: EventContext<Deps, Record<string, unknown>>): Promise<void> {
  // What a newer gateway tells, and this version has no consumer for, is no entry.
  if (event.source === 'gateway') return;
  const entry = toTaskEvent(event);
  const { ownerid: ownerId } = event;
  if (!ownerId) throw new Error(`Event ${event.id} names no owner.`);
  appendToFeed(tx, entry, ownerId);
  tellOfEntry(deps, tx, entry, ownerId);
  tx.afterCommit(() => deps.tellSockets(entry, ownerId));
}

/** @throws Error when the event has no place in the timeline: it becomes a dead letter */
export function toTaskEvent(event: CloudEvent<Record<string, unknown>>): TaskEvent {
  if (event.seq === undefined) throw new Error(`Event ${event.id} has no seq.`);
  return {
    id: event.id,
    seq: event.seq,
    event_type: event.type.replaceAll('.', '_'),
    task_id: event.subject,
    timestamp: event.time,
    data: event.data,
  };
}
