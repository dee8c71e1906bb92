// Hands the local bus's deliveries to one consumer: keys side by side, the messages of one key one after the other.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import type { BusMessage, MessageHandler } from './bus.ts';

export type Delivery = BusMessage & { position: number; consumer: string };

export type DispatcherOptions = {
  handle: MessageHandler;
  acknowledge: (position: number) => void;
  /** The stored deliveries after a position, oldest first, `page` at most. */
  readPage: (after: number) => Promise<Delivery[]>;
  page: number;
  logger: Logger;
};

const MAX_IN_MEMORY = 2_000;
const CONCURRENT_KEYS = 8;
const RETRY_MS = { first: 50, most: 5_000 };

/** `start` reads what is stored first; deliveries offered meanwhile are found there as well, so none is handled twice. */
export function newDispatcher(options: DispatcherOptions) {
  const byKey = new Map<string, Delivery[]>();
  const ready: string[] = [];
  const active = new Set<Promise<void>>();
  const stop = new AbortController();
  let last = 0;
  let inMemory = 0;
  // True while rows after `last` may be stored that were not taken into memory.
  let behind = true;
  let reading: Promise<void> | undefined;

  function take(delivery: Delivery): void {
    last = delivery.position;
    inMemory += 1;
    const id = `${delivery.topic}\n${delivery.key}`;
    const queue = byKey.get(id);
    if (queue) {
      queue.push(delivery);
      return;
    }
    byKey.set(id, [delivery]);
    ready.push(id);
  }

  function run(): void {
    if (stop.signal.aborted) return;
    while (active.size < CONCURRENT_KEYS && ready.length > 0) {
      const job = drain(ready.shift() as string).finally(() => {
        active.delete(job);
        run();
      });
      active.add(job);
    }
    if (behind && inMemory < MAX_IN_MEMORY / 2) catchUp();
  }

  async function drain(id: string): Promise<void> {
    const queue = byKey.get(id) as Delivery[];
    while (queue.length > 0 && !stop.signal.aborted) {
      const delivery = queue[0] as Delivery;
      if (!(await handled(delivery))) return;
      queue.shift();
      inMemory -= 1;
      options.acknowledge(delivery.position);
    }
    if (queue.length === 0) byKey.delete(id);
  }

  /** Tries until the handler takes it: only faults of the infrastructure arrive here, and they pass. */
  async function handled(delivery: Delivery): Promise<boolean> {
    for (let pause = RETRY_MS.first; !stop.signal.aborted; pause = Math.min(pause * 2, RETRY_MS.most)) {
      try {
        await options.handle({ topic: delivery.topic, key: delivery.key, value: delivery.value });
        return true;
      } catch (error) {
        options.logger.warn('A message waits: its consumer could not take it', {
          consumer: delivery.consumer,
          key: delivery.key,
          error,
        });
        await delay(pause, undefined, { signal: stop.signal }).catch(() => {});
      }
    }
    return false;
  }

  function catchUp(): void {
    reading ??= readStored().finally(() => {
      reading = undefined;
      run();
    });
  }

  async function readStored(): Promise<void> {
    while (behind && inMemory < MAX_IN_MEMORY && !stop.signal.aborted) {
      try {
        behind = false;
        const rows = await options.readPage(last);
        for (const row of rows) if (row.position > last) take(row);
        behind ||= rows.length === options.page;
      } catch (error) {
        behind = true;
        options.logger.warn('The bus database does not answer', { error });
        await delay(RETRY_MS.first, undefined, { signal: stop.signal }).catch(() => {});
      }
      run();
    }
  }

  return {
    start: catchUp,
    offer(delivery: Delivery): void {
      if (behind || reading || inMemory >= MAX_IN_MEMORY) {
        behind = true;
        run();
        return;
      }
      if (delivery.position > last) take(delivery);
      run();
    },
    async close(): Promise<void> {
      stop.abort();
      await reading;
      await Promise.all(active);
    },
  };
}
