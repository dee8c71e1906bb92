// Things of one kind that are asked for at the same moment are done together: many share one commit and its round trips.
import { isDatabaseAway } from './problem.ts';

/** What has gathered waits no longer than this for a group that takes its time: its connection may be dead. */
const PATIENCE_MS = 200;

export type Grouped<Item, Result> = {
  /** How many at most. */
  most: number;
  /** All or none of it is done when it throws. @returns by place in the list; undefined: left out, to be done alone */
  together(items: readonly Item[]): Promise<readonly (Result | undefined)[]>;
  /** One that was left out, or that may be what the database refused of a group. */
  alone(item: Item): Promise<Result>;
  /** Items with the same one are not in a group together, and keep their order. */
  keyOf?(item: Item): string;
};

type Waiting<Item, Result> = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };

/**
 * What is asked for while a group is under way makes the next one; with nothing under way it is done at once. Nothing waits
 * for a group to fill.
 * @returns does one item; throws what `alone` throws, or the fault of a database that cannot be reached
 */
export function inGroups<Item, Result>({
  most,
  together,
  alone,
  keyOf,
}: Grouped<Item, Result>): (item: Item) => Promise<Result> {
  type Each = Waiting<Item, Result>;
  let waiting: Each[] = [];
  let working = false;

  function takeNext(): Each[] {
    const keys = new Set<string>();
    const isNext = ({ item }: Each) => {
      const key = keyOf?.(item) ?? `${keys.size}`;
      if (keys.size >= most || keys.has(key)) return false;
      keys.add(key);
      return true;
    };
    const next = waiting.filter(isNext);
    const taken = new Set(next);
    waiting = waiting.filter((each) => !taken.has(each));
    return next;
  }

  async function doGroup(group: readonly Each[]): Promise<void> {
    const doAlone = ({ item, resolve, reject }: Each) => void alone(item).then(resolve, reject);
    try {
      const results = await together(group.map(({ item }) => item));
      for (const [index, each] of group.entries()) {
        const result = results[index];
        // Nobody waits for it here: it may take long.
        if (result === undefined) doAlone(each);
        else each.resolve(result);
      }
    } catch (error) {
      if (group.length === 1 || isDatabaseAway(error)) for (const { reject } of group) reject(error);
      else for (const each of group) doAlone(each);
    }
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const { promise: patience, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, PATIENCE_MS);
      await Promise.race([doGroup(takeNext()), patience]);
      clearTimeout(timer);
    }
    working = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (working) return;
      working = true;
      // Who comes in this turn of the event loop comes along.
      process.nextTick(work);
    });
}
