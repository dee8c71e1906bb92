// Applies one event of a run to its task: the timeline, the row and the event that tells of it, in one transaction.
import type { EventDefinition } from '@builder-ai/contracts/event';
import type { Tx } from '@builder-ai/platform/database';
import { type EventConsumer, onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { type LockedTask, lockTask, type TaskRow } from './task-row.ts';
import { type Appended, appendToTimeline } from './timeline.ts';

export type RunEventRule<Data, Entry> = {
  /** What the timeline says; task-projection.ts has what that changes of the row. Pure. */
  entry: (task: TaskRow, data: Data, appended: Appended) => Entry;
  /** The index of the step it belongs to. */
  step?: (data: Data) => number | null;
  /** What else happens in the same transaction, after the entry. */
  after?: (context: { deps: Deps; tx: Tx; task: TaskRow; data: Data }) => Promise<void>;
};

/** Declares the consumer of one event of agent.events. */
export function onRunEvent<Data, Entry>(
  heard: EventDefinition<Data>,
  told: EventDefinition<Entry>,
  rule: RunEventRule<Data, Entry>,
): EventConsumer<Deps> {
  return onEvent<Deps, Data>(heard, async ({ deps, tx, event, data }) => {
    const task = await lockOnce(tx, event.subject);
    // Events of a deleted task, or of one that this service never had, are acknowledged and dropped.
    if (!task || task.deleted_at) return;
    const entry = (appended: Appended) => rule.entry(task, data, appended);
    await appendToTimeline(tx, deps.outbox, task, told, entry, rule.step?.(data) ?? null);
    await rule.after?.({ deps, tx, task, data });
  });
}

/** For events that the timeline tells on word by word. */
export function sameWords<Data>(_task: TaskRow, data: Data): Data {
  return data;
}

const lockedBy = new WeakMap<Tx, Map<string, Promise<LockedTask | undefined>>>();

/** Events that are applied in one transaction have one row, which the first of them locks and each brings up to date. */
function lockOnce(tx: Tx, id: string): Promise<LockedTask | undefined> {
  const locked = lockedBy.get(tx) ?? new Map<string, Promise<LockedTask | undefined>>();
  lockedBy.set(tx, locked);
  const row = locked.get(id) ?? lockTask(tx, id);
  locked.set(id, row);
  return row;
}
