// One socket's view of one task: every entry once and in order, whether it comes live or from the feed.
import type { TaskEvent } from '@builder-ai/contracts/task';

export type Subscription = {
  /** An entry was committed; it may come twice, late, or with others missing before it. */
  offer(event: TaskEvent): void;
  /** The feed is at `lastSeq`: what is missing is read from it. @returns whether something is */
  check(lastSeq: number): boolean;
  /** Sends what the feed has after the last entry sent. */
  catchUp(): Promise<void>;
  close(): void;
};

export type SubscriptionOptions = {
  /** The last entry that the client has. */
  after: number;
  send: (event: TaskEvent) => void;
  readFeed: (after: number, limit: number) => Promise<TaskEvent[]>;
  onError: (error: unknown) => void;
};

const PAGE = 500;

export function newSubscription({ after, send, readFeed, onError }: SubscriptionOptions): Subscription {
  let last = after;
  let closed = false;
  let reading: Promise<void> | undefined;
  // The newest entry known to exist: while reading, live entries only raise this, and the feed has them all.
  let known = after;

  async function readAll(): Promise<void> {
    try {
      for (;;) {
        const page = await readFeed(last, PAGE);
        for (const event of page) sendNext(event);
        if (closed || (page.length < PAGE && known <= last)) return;
        if (page.length === 0) return;
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

  return {
    catchUp,
    offer(event) {
      known = Math.max(known, event.seq);
      if (reading) return;
      if (event.seq <= last + 1) sendNext(event);
      else void catchUp();
    },
    check(lastSeq) {
      known = Math.max(known, lastSeq);
      const behind = known > last;
      if (behind) void catchUp();
      return behind;
    },
    close() {
      closed = true;
    },
  };
}
