// The ledger of runs: what was intended, what came of it. Every write holds the run's lock and checks its epoch, so a worker
// that lost its lease writes nothing. Facts of runs that are to be recorded at the same time share a commit.
import type { Database } from '@builder-ai/platform/database';
import type { Outbox } from '@builder-ai/platform/outbox';
import { isDatabaseAway } from '@builder-ai/platform/problem';
import type { Facts, Fence, RecordedRun, RunChange } from './facts.ts';
import { recordAlone } from './record-alone.ts';
import { type Recordable, type Recorded, sendFacts, toRecordable } from './record-facts.ts';

type Waiting = { facts: Recordable; resolve: (run: RecordedRun) => void; reject: (error: unknown) => void };
type Writer = (facts: Recordable) => Promise<RecordedRun>;

const MOST_TOGETHER = 64;
/** Facts that have gathered wait no longer than this for a commit that takes its time: its connection may be dead. */
const PATIENCE_MS = 200;

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
  let waiting: Waiting[] = [];
  let writing = false;

  /** Of each run one at a time: what is recorded of a run later may follow from what was recorded before. */
  function takeNext(): Waiting[] {
    const taken = new Map<string, Waiting>();
    const left: Waiting[] = [];
    for (const each of waiting) {
      const { taskId } = each.facts.fence;
      if (taken.size < MOST_TOGETHER && !taken.has(taskId)) taken.set(taskId, each);
      else left.push(each);
    }
    waiting = left;
    return [...taken.values()];
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const taken = takeNext();
      const { promise: patience, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, PATIENCE_MS);
      await Promise.race([writeTogether(db, outbox, taken), patience]);
      clearTimeout(timer);
    }
    writing = false;
  }

  return (facts) =>
    new Promise((resolve, reject) => {
      waiting.push({ facts, resolve, reject });
      if (writing) return;
      writing = true;
      // Whoever comes in this turn of the event loop comes along; who comes during the commit gathers for the next one.
      process.nextTick(writeAll);
    });
}

async function writeTogether(db: Database, outbox: Outbox, taken: readonly Waiting[]): Promise<void> {
  const alone = ({ facts, resolve, reject }: Waiting) => void recordAlone(db, outbox, facts).then(resolve, reject);
  let recorded: Recorded;
  try {
    recorded = await commit(
      db,
      outbox,
      taken.map(({ facts }) => facts),
    );
  } catch (error) {
    // It may have been one run's facts that the database refused: each is told by a transaction of its own.
    if (taken.length === 1 || isDatabaseAway(error)) for (const { reject } of taken) reject(error);
    else for (const each of taken) alone(each);
    return;
  }
  for (const each of taken) {
    const command_no = recorded.commandNos.get(each.facts.fence.taskId);
    // Nobody waits for it here: its run may be locked for long.
    if (command_no === undefined) alone(each);
    else each.resolve({ command_no });
  }
}

function commit(db: Database, outbox: Outbox, facts: readonly Recordable[]): Promise<Recorded> {
  return db.transaction(async (tx) => {
    const recorded: Recorded = { commandNos: new Map(), rows: [] };
    sendFacts(tx, facts, (answer) => Object.assign(recorded, answer));
    tx.afterCommit(() => outbox.tell(recorded.rows));
    return recorded;
  });
}
