// One reader's view of one task: every entry once and in order, whether it comes live or from the feed, and never more of
// them at a time than the reader has room for.
import type { TaskEvent } from '@builder-ai/contracts/task';

export type Subscription = {
  /**
   * An entry was committed; it may come twice, late, or with others missing before it.
   * @returns whether it is the next one and is to be sent now, by whoever told of it: perhaps to many at once
   */
  take(event: TaskEvent): boolean;
  /**
   * An entry was committed that the feed may not have yet. One that is not the next, or for which there is no room, comes
   * again when the feed has it.
   * @returns as `take`
   */
  takeAhead(event: TaskEvent): boolean;
  /** The entry after which there is none, whatever came before it. @returns as `take`: the feed may have told it already */
  takeLast(event: TaskEvent): boolean;
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
  send(event: TaskEvent): void;
  readFeed(after: number, limit: number): Promise<TaskEvent[]>;
  onError(error: unknown): void;
  room: Room;
  /**
   * Live entries were more than the reader took for so long that it is to catch up by itself; entries after `seq` follow.
   * Without this it gets everything from the feed, as fast as it reads.
   */
  onFellBehind?(seq: number): void;
};

const PAGE = 200;
/** A reader that stopped for a moment is still served from the feed when it is not further behind than this. */
const MAX_BEHIND = 1_000;

export function newSubscription(options: SubscriptionOptions): Subscription {
  return new Reading(options);
}

/** A class, as of many thousands each holds only what differs: functions of its own would be ten times as much. */
class Reading implements Subscription {
  readonly #options: SubscriptionOptions;
  #last: number;
  /** The newest entry known to exist: while reading, live entries only raise this, and the feed has them all. */
  #known: number;
  #closed = false;
  #reading: Promise<void> | undefined = undefined;
  #stalled = false;
  /** Whether it has had everything that there was. */
  #isLive = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#last = options.after;
    this.#known = options.after;
  }

  take(event: TaskEvent): boolean {
    this.#known = Math.max(this.#known, event.seq);
    if (this.#closed || this.#reading || this.#stalled || event.seq <= this.#last) return false;
    if (!this.#options.room.has()) {
      void this.#waitForRoom();
      return false;
    }
    if (event.seq > this.#last + 1) {
      void this.catchUp();
      return false;
    }
    this.#last = event.seq;
    return true;
  }

  takeAhead({ seq }: TaskEvent): boolean {
    if (this.#closed || this.#reading || this.#stalled || seq !== this.#last + 1) return false;
    if (!this.#options.room.has()) return false;
    this.#last = seq;
    return true;
  }

  takeLast({ seq }: TaskEvent): boolean {
    const isNew = !this.#closed && seq !== this.#last;
    this.#closed = true;
    return isNew;
  }

  check(lastSeq: number): boolean {
    this.#known = Math.max(this.#known, lastSeq);
    const behind = this.#known > this.#last;
    if (behind && !this.#stalled) void this.catchUp();
    return behind;
  }

  catchUp(): Promise<void> {
    this.#reading ??= this.#readAll();
    return this.#reading;
  }

  close(): void {
    this.#closed = true;
  }

  async #readAll(): Promise<void> {
    const { room } = this.#options;
    try {
      for (;;) {
        const page = await this.#options.readFeed(this.#last, PAGE);
        for (const event of page) {
          if (!room.has()) {
            while (!this.#closed && !room.has()) await room.wait();
            // A replay takes as long as its reader takes; one that had everything and stalled is told.
            if (this.#isLive && this.#giveUp()) return;
          }
          this.#sendNext(event);
        }
        if (this.#closed || page.length === 0 || (page.length < PAGE && this.#known <= this.#last)) {
          this.#isLive = true;
          return;
        }
      }
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#reading = undefined;
    }
  }

  #sendNext(event: TaskEvent): void {
    if (this.#closed || event.seq <= this.#last) return;
    this.#last = event.seq;
    this.#options.send(event);
  }

  async #waitForRoom(): Promise<void> {
    if (this.#stalled) return;
    this.#stalled = true;
    const { room } = this.#options;
    while (!this.#closed && !room.has()) await room.wait();
    this.#stalled = false;
    if (this.#closed) return;
    if (!this.#giveUp()) await this.catchUp();
  }

  /** @returns whether the reader is so far behind that it is to catch up by itself, and was told so */
  #giveUp(): boolean {
    if (this.#closed || !this.#options.onFellBehind || this.#known - this.#last <= MAX_BEHIND) return false;
    this.#last = this.#known;
    this.#options.onFellBehind(this.#known);
    return true;
  }
}
