// Events that are told of before the bus brings them are applied at once by whoever applies the events of their key. The inbox
// says of each whether it is the next one, so that told and brought, in whatever order, at however many replicas, it is
// applied once; what is remembered here only spares asking.
import { type Run, readRun } from '../apply-runs.ts';
import type { BusMessage } from '../bus/bus.ts';
import type { Logger } from '../logger.ts';
import type { ToldListener } from './told-events.ts';

export type AheadOfBus = ToldListener & {
  /** Settles what the bus brings. @returns how many messages are settled: those that were applied already are */
  settle(message: BusMessage, behind: readonly BusMessage[]): Promise<number>;
  /** Takes nothing more that is told, and waits for what is being applied. */
  close(): Promise<void>;
};

export type AheadOfBusOptions = {
  settle(message: BusMessage, behind: readonly BusMessage[]): Promise<number>;
  /** @returns false, and nothing is changed, when they are not the next ones of their key, or one is rejected */
  apply(run: Run): Promise<boolean>;
  logger: Logger;
  clock?: () => number;
};

type Key = {
  /** The number of the last event that the bus has brought here, or that was applied ahead of it. */
  last?: number | undefined;
  /** The inbox has this one and all before it: they were applied here ahead of the bus. */
  applied: number;
  /** Since when something is applied that the bus has not brought. */
  since?: number | undefined;
  /** What waits for its turn: it is applied together. */
  told: Run[];
  turn: Promise<unknown>;
};

const MOST_KEYS = 10_000;
/** Where more keys are being applied, the bus is quicker: it brings many at once. */
const MOST_AT_ONCE = 8;
/** So often a key is told of while it waits; the rest comes by the bus. */
const MOST_TOLD = 50;
/** A key that the bus has not brought for so long, while it brought others, it brings to another replica. */
const NOT_MINE_MS = 5_000;

export function newAheadOfBus(options: AheadOfBusOptions): AheadOfBus {
  const { logger, clock = () => performance.now() } = options;
  // The one that was looked at last comes last.
  const keys = new Map<string, Key>();
  const applying = new Set<Promise<unknown>>();
  let lastBrought = 0;
  let closed = false;

  function keyAt(id: string): Key {
    const key = keys.get(id) ?? { applied: 0, told: [], turn: Promise.resolve() };
    keys.delete(id);
    keys.set(id, key);
    if (keys.size > MOST_KEYS) keys.delete(keys.keys().next().value as string);
    return key;
  }

  async function applyTold(key: Key): Promise<void> {
    const due = nextOf(key.told.splice(0), key.last);
    if (!due) return;
    const last = due.firstNo + due.events.length - 1;
    if (await options.apply(due)) {
      key.last = last;
      key.applied = last;
      key.since ??= clock();
    } else {
      key.last = undefined;
    }
  }

  return {
    isMine: (topic, key) => !closed && keys.get(idOf({ topic, key }))?.last !== undefined,
    take(messages) {
      const run = readRun(messages);
      const id = run && idOf(run);
      const key = id && keys.get(id);
      if (!key || closed) return;
      if (key.since !== undefined && lastBrought - key.since > NOT_MINE_MS) {
        keys.delete(id);
        return;
      }
      const waits = key.told.length > 0;
      if (key.told.length >= MOST_TOLD || (!waits && applying.size >= MOST_AT_ONCE)) return;
      key.told.push(run);
      if (waits) return;
      const work = inTurn(key, () => applyTold(key))
        .catch((error: unknown) => logger.debug('What was told ahead of the bus could not be applied', { error }))
        .finally(() => applying.delete(work));
      applying.add(work);
    },
    settle(message, behind) {
      const key = keyAt(idOf(message));
      lastBrought = clock();
      return inTurn(key, async () => {
        key.since = undefined;
        const messages = [message, ...behind];
        const done = countUpTo(messages, key.applied);
        if (done > 0) return done;
        const taken = await options.settle(message, behind);
        key.last = numberOf(messages[taken - 1]);
        return taken;
      });
    },
    async close() {
      closed = true;
      await Promise.all(applying);
    },
  };
}

const idOf = ({ topic, key }: Pick<BusMessage, 'topic' | 'key'>) => `${topic}\n${key}`;

/** What is told and what is brought of a key is applied one after the other. */
function inTurn<T>(key: Key, work: () => Promise<T>): Promise<T> {
  const result = key.turn.then(work);
  key.turn = result.catch(() => {});
  return result;
}

/** What of these comes next after this number, one event after the other. */
function nextOf(runs: readonly Run[], last: number | undefined): Run | undefined {
  const [run] = runs;
  if (!run || last === undefined) return undefined;
  const events: Run['events'] = [];
  for (const told of runs)
    for (const [index, event] of told.events.entries())
      if (told.firstNo + index === last + 1 + events.length) events.push(event);
  return events.length > 0 ? { ...run, firstNo: last + 1, events } : undefined;
}

/** How many of the first messages have numbers up to this one. */
function countUpTo(messages: readonly BusMessage[], no: number): number {
  if (no === 0) return 0;
  const first = messages.findIndex((message) => !((numberOf(message) ?? Number.POSITIVE_INFINITY) <= no));
  return first === -1 ? messages.length : first;
}

function numberOf(message: BusMessage | undefined): number | undefined {
  try {
    const { runseq } = JSON.parse(message?.value ?? '') as { runseq?: number };
    return runseq;
  } catch {
    return undefined;
  }
}
