// The ledger of runs: what was intended, what came of it. Every write holds the run's lock and checks its epoch, so a worker
// that lost its lease writes nothing. Facts of runs that are to be recorded at the same time share a commit.
import type { Database } from '@builder-ai/platform/database';
import { inGroups } from '@builder-ai/platform/in-groups';
import type { Outbox } from '@builder-ai/platform/outbox';
import type { Facts, Fence, RecordedRun, RunChange } from './facts.ts';
import { recordAlone } from './record-alone.ts';
import { type Recordable, type Recorded, sendFacts, toRecordable } from './record-facts.ts';

type Writer = (facts: Recordable) => Promise<RecordedRun>;

const MOST_TOGETHER = 64;

const writers = new WeakMap<Database, Writer>();

/**
 * Records facts of a run: ledger rows, the events that tell of them and what they change of the run commit together.
 * @returns the run as it was locked
 * @throws LeaseLost when another worker has the run, AlreadyRecorded, BudgetExceeded, CommandArrived when it was to be parked
 */
export async function record(
  db: Database,
  outbox: Outbox,
  fence: Fence,
  facts: Facts & RunChange,
): Promise<RecordedRun> {
  const recordable = toRecordable(outbox, fence, facts);
  if (recordable.before || recordable.also) return recordAlone(db, outbox, recordable);
  const write = writers.get(db) ?? newWriter(db, outbox);
  writers.set(db, write);
  return write(recordable);
}

function newWriter(db: Database, outbox: Outbox): Writer {
  return inGroups<Recordable, RecordedRun>({
    most: MOST_TOGETHER,
    async together(facts) {
      const { commandNos } = await commit(db, outbox, facts);
      return facts.map(({ fence }) => {
        const command_no = commandNos.get(fence.taskId);
        return command_no === undefined ? undefined : { command_no };
      });
    },
    // In a transaction of its own, which waits for the run's lock and says why not.
    alone: (facts) => recordAlone(db, outbox, facts),
    // What is recorded of a run later may follow from what was recorded before.
    keyOf: ({ fence }) => fence.taskId,
  });
}

function commit(db: Database, outbox: Outbox, facts: readonly Recordable[]): Promise<Recorded> {
  return db.transaction(async (tx) => {
    const recorded: Recorded = { commandNos: new Map(), rows: [] };
    sendFacts(tx, facts, (answer) => Object.assign(recorded, answer));
    tx.afterCommit(() => outbox.tell(recorded.rows));
    return recorded;
  });
}
