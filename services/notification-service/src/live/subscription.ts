// One reader's view of one task: every entry once and in order, whether it comes live or from the feed, and never more of
// them at a time than the reader has room for.
import type { TaskEvent } from '@builder-ai/contracts/task';

export type Subscription = {
  /**
   * An entry was committed; it may come twice, late, or with others missing before it.
   * @returns whether it is the next one and is to be sent now, by whoever told of it: perhaps to many at once
   */
  take(event: TaskEvent): boolean;
  /** The feed is at `lastSeq`: what is missing is read from it. @returns whether something is */
  check(lastSeq: number): boolean;
  /** Sends what the feed has after the last entry sent. */
  catchUp(): Promise<void>;
  close(): void;
};

/** How much a reader can be sent at this moment. */
export type Room = {
  has(): boolean;
  /** Resolves when there may be room again, or nobody reads any more. */
  wait(): Promise<void>;
};

export type SubscriptionOptions = {
  /** The last entry that the client has. */
  after: number;
  send: (event: TaskEvent) => void;
  readFeed: (after: number, limit: number) => Promise<TaskEvent[]>;
  onError: (error: unknown) => void;
  room: Room;
  /**
   * Live entries were more than the reader took for so long that it is to catch up by itself; entries after `seq` follow.
   * Without this it gets everything from the feed, as fast as it reads.
   */
  onFellBehind?: (seq: number) => void;
};

const PAGE = 200;
/** A reader that stopped for a moment is still served from the feed when it is not further behind than this. */
const MAX_BEHIND = 1_000;

export function newSubscription(options: SubscriptionOptions): Subscription {
  const { send, readFeed, onError, room, onFellBehind } = options;
  let last = options.after;
  let closed = false;
  let reading: Promise<void> | undefined;
  let stalled = false;
  /** Whether it has had everything that there was. */
  let isLive = false;
  // The newest entry known to exist: while reading, live entries only raise this, and the feed has them all.
  let known = options.after;

  async function readAll(): Promise<void> {
    try {
      for (;;) {
        const page = await readFeed(last, PAGE);
        for (const event of page) {
          if (!room.has()) {
            while (!closed && !room.has()) await room.wait();
            // A replay takes as long as its reader takes; one that had everything and stalled is told.
            if (isLive && giveUp()) return;
          }
          sendNext(event);
        }
        if (closed || page.length === 0 || (page.length < PAGE && known <= last)) {
          isLive = true;
          return;
        }
      }
    } catch (error) {
      onError(error);
    } finally {
      reading = undefined;
    }
  }

  function sendNext(event: TaskEvent): void {
    if (closed || event.seq <= last) return;
    last = event.seq;
    send(event);
  }

  function catchUp(): Promise<void> {
    reading ??= readAll();
    return reading;
  }

  async function waitForRoom(): Promise<void> {
    if (stalled) return;
    stalled = true;
    while (!closed && !room.has()) await room.wait();
    stalled = false;
    if (closed) return;
    if (!giveUp()) await catchUp();
  }

  /** @returns whether the reader is so far behind that it is to catch up by itself, and was told so */
  function giveUp(): boolean {
    if (closed || !onFellBehind || known - last <= MAX_BEHIND) return false;
    last = known;
    onFellBehind(known);
    return true;
  }

  return {
    catchUp,
    take(event) {
      known = Math.max(known, event.seq);
      if (closed || reading || stalled || event.seq <= last) return false;
      if (!room.has()) {
        void waitForRoom();
        return false;
      }
      if (event.seq > last + 1) {
        void catchUp();
        return false;
      }
      last = event.seq;
      return true;
    },
    check(lastSeq) {
      known = Math.max(known, lastSeq);
      const behind = known > last;
      if (behind && !stalled) void catchUp();
      return behind;
    },
    close() {
      closed = true;
    },
  };
}
