// Applies one event of a run to its task: the timeline, the row and the event that tells of it, in one transaction.
import type { EventDefinition } from '@builder-ai/contracts/event';
import type { Database, Tx } from '@builder-ai/platform/database';
import { type EventConsumer, onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { type LeftRow, type LeftRows, newLeftRows } from './left-rows.ts';
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
    const known = await findOnce(deps.db, tx, event.subject);
    const { task } = known;
    // Events of a deleted task, or of one that this service never had, are acknowledged and dropped.
    if (!task || task.deleted_at) return;
    const entry = (appended: Appended) => rule.entry(task, data, appended);
    await appendToTimeline(tx, deps.outbox, task, told, entry, rule.step?.(data) ?? null);
    if (!rule.after) return;
    // Of what it does to the row nothing is known here.
    known.changedOtherwise = true;
    await rule.after({ deps, tx, task, data });
  });
}

/** For events that the timeline tells on word by word. */
export function sameWords<Data>(_task: TaskRow, data: Data): Data {
  return data;
}

type Known = { task: LockedTask | undefined; changedOtherwise: boolean };

const knownBy = new WeakMap<Tx, Map<string, Promise<Known>>>();
const leftBy = new WeakMap<Database, LeftRows>();

/**
 * Events that are applied in one transaction have one row, which each brings up to date. It is as this process has left it
 * with the last event, or the first of them locks it.
 */
function findOnce(db: Database, tx: Tx, id: string): Promise<Known> {
  const known = knownBy.get(tx) ?? new Map<string, Promise<Known>>();
  knownBy.set(tx, known);
  const row = known.get(id) ?? find(db, tx, id);
  known.set(id, row);
  return row;
}

async function find(db: Database, tx: Tx, id: string): Promise<Known> {
  const leftRows = leftBy.get(db) ?? newLeftRows(() => performance.now());
  leftBy.set(db, leftRows);
  const row = leftRows.take(id) ?? (await lock(tx, id));
  const known: Known = { task: row?.task, changedOtherwise: false };
  if (row) tx.afterCommit(() => known.changedOtherwise || leftRows.put(row));
  return known;
}

async function lock(tx: Tx, id: string): Promise<LeftRow | undefined> {
  const task = await lockTask(tx, id);
  return task && { task, clock: { databaseMs: task.now.getTime(), at: performance.now() } };
}
