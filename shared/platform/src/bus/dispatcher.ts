// Hands the local bus's stored deliveries to one consumer, as far as memory allows at a time.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import type { BusMessage, MessageHandler, TogetherHandler } from './bus.ts';
import { newKeyQueues } from './key-queues.ts';

export type Delivery = BusMessage & { position: number; consumer: string };

export type DispatcherOptions = {
  consumer: string;
  handle: MessageHandler;
  handleTogether?: TogetherHandler | undefined;
  acknowledge: (position: number) => void;
  /** The stored deliveries after a position, oldest first, `page` at most. */
  readPage: (after: number) => Promise<Delivery[]>;
  page: number;
  logger: Logger;
};

// While the handlers of some keys fail, this many messages of theirs are held before other keys wait as well.
const MAX_IN_MEMORY = 20_000;
const RETRY_MS = 50;

/** `start` reads what is stored first; deliveries offered meanwhile are found there as well, so none is handled twice. */
export function newDispatcher(options: DispatcherOptions) {
  const stop = new AbortController();
  let last = 0;
  // True while rows after `last` may be stored that were not taken into memory.
  let behind = true;
  let reading: Promise<void> | undefined;
  const queues = newKeyQueues<Delivery>({
    ...options,
    done({ position }) {
      options.acknowledge(position);
      if (behind && queues.size() < MAX_IN_MEMORY / 2) catchUp();
    },
  });

  function take(deliveries: readonly Delivery[]): void {
    const fresh = deliveries.filter(({ position }) => position > last);
    last = fresh.at(-1)?.position ?? last;
    queues.add(...fresh);
  }

  function catchUp(): void {
    if (stop.signal.aborted) return;
    reading ??= readStored().finally(() => {
      reading = undefined;
      if (behind && queues.size() < MAX_IN_MEMORY) catchUp();
    });
  }

  async function readStored(): Promise<void> {
    while (behind && queues.size() < MAX_IN_MEMORY && !stop.signal.aborted) {
      try {
        behind = false;
        const rows = await options.readPage(last);
        take(rows);
        behind ||= rows.length === options.page;
      } catch (error) {
        behind = true;
        options.logger.warn('The bus database does not answer', { error });
        await delay(RETRY_MS, undefined, { signal: stop.signal }).catch(() => {});
      }
    }
  }

  return {
    start: catchUp,
    /** Deliveries that were stored together, oldest first. */
    offer(deliveries: readonly Delivery[]): void {
      if (behind || reading || queues.size() >= MAX_IN_MEMORY) {
        behind = true;
        if (queues.size() < MAX_IN_MEMORY) catchUp();
        return;
      }
      take(deliveries);
    },
    async close(): Promise<void> {
      stop.abort();
      await reading;
      await queues.close();
    },
  };
}
