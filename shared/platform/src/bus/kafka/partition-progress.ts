// How far one partition is, when its messages end in any order: everything before the position is done. Pure.

export type PartitionProgress = {
  /** @returns false when the message was added before: it is still in hand, or done */
  add(offset: bigint): boolean;
  done(offset: bigint): void;
  /** The first offset that is not done, to be committed; undefined before the first message. */
  position(): bigint | undefined;
};

export function newPartitionProgress(): PartitionProgress {
  // Offsets come in order; what is done in the middle waits here for those before it.
  const open: bigint[] = [];
  const finished = new Set<bigint>();
  let last: bigint | undefined;
  let first = 0;

  return {
    add(offset) {
      if (last !== undefined && offset <= last) return false;
      last = offset;
      open.push(offset);
      return true;
    },
    done(offset) {
      finished.add(offset);
      while (first < open.length && finished.delete(open[first] as bigint)) first += 1;
      // Now and then: cutting the list off at each message would cost its length each time.
      if (first <= 1_000) return;
      open.splice(0, first);
      first = 0;
    },
    position() {
      return open[first] ?? (last === undefined ? undefined : last + 1n);
    },
  };
}
