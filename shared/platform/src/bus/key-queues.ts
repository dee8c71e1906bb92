// Hands messages to a handler: keys side by side, the messages of one key one after the other. A message whose handler
// fails is tried again after a pause; its key waits, and while it pauses others have its place.
import type { Logger } from '../logger.ts';
import type { BusMessage, MessageHandler } from './bus.ts';

export type KeyQueues<Message extends BusMessage> = {
  /** Messages that are added together are there together, for a handler that takes along what is behind its own. */
  add(...messages: Message[]): void;
  /** Messages that are not handled yet. */
  size(): number;
  /** Forgets the messages of some keys. A handler that runs goes on; what comes of it is of no interest any more. */
  drop(isDropped: (message: Message) => boolean): void;
  /** Takes no further message in hand, and waits for the handlers that run. */
  close(): Promise<void>;
};

export type KeyQueuesOptions<Message extends BusMessage> = {
  consumer: string;
  handle: MessageHandler;
  /** Called when a message's handler has resolved. */
  done: (message: Message) => void;
  logger: Logger;
};

const CONCURRENT_KEYS = 8;
/** So many messages a handler may take at once with the first one. */
const TAKEN_ALONG = 49;
const RETRY_MS = { first: 50, most: 5_000 };

type KeyQueue<Message> = { messages: Message[]; pauseMs: number };

export function newKeyQueues<Message extends BusMessage>(options: KeyQueuesOptions<Message>): KeyQueues<Message> {
  const { consumer, handle, done, logger } = options;
  // A key that is here waits for its turn, has it, or pauses: so it is never in hand twice.
  const byKey = new Map<string, KeyQueue<Message>>();
  const ready: string[] = [];
  const active = new Set<Promise<void>>();
  const pauses = new Set<NodeJS.Timeout>();
  let size = 0;
  let closed = false;

  function run(): void {
    while (!closed && active.size < CONCURRENT_KEYS && ready.length > 0) {
      const turn = takeTurn(ready.shift() as string).finally(() => {
        active.delete(turn);
        run();
      });
      active.add(turn);
    }
  }

  /** One call of the handler: a key that always has another message must not keep its place from those that wait. */
  async function takeTurn(id: string): Promise<void> {
    const queue = byKey.get(id) as KeyQueue<Message>;
    const given = queue.messages.slice(0, TAKEN_ALONG + 1);
    const taken = given.slice(0, await countTaken(given));
    // They may have been dropped meanwhile.
    if (taken.length === 0 && given.length > 0 && queue.messages[0] === given[0]) return pause(id, queue);
    for (const message of taken) {
      if (queue.messages[0] !== message) continue;
      queue.pauseMs = RETRY_MS.first;
      queue.messages.shift();
      size -= 1;
      done(message);
    }
    if (queue.messages.length > 0) ready.push(id);
    else byKey.delete(id);
  }

  /** How many of these the handler took: none when it failed. */
  async function countTaken(given: readonly Message[]): Promise<number> {
    const [message, ...behind] = given.map(({ topic, key, value }) => ({ topic, key, value }));
    if (!message) return 0;
    try {
      return (await handle(message, behind)) ?? 1;
    } catch (error) {
      logger.warn('A message waits: its consumer could not take it', { consumer, key: message.key, error });
      return 0;
    }
  }

  function pause(id: string, queue: KeyQueue<Message>): void {
    if (closed) return;
    const timer = setTimeout(() => {
      pauses.delete(timer);
      ready.push(id);
      run();
    }, queue.pauseMs);
    pauses.add(timer);
    queue.pauseMs = Math.min(queue.pauseMs * 2, RETRY_MS.most);
  }

  return {
    add(...messages) {
      size += messages.length;
      for (const message of messages) {
        const id = `${message.topic}\n${message.key}`;
        const queue = byKey.get(id);
        if (queue) {
          queue.messages.push(message);
          continue;
        }
        byKey.set(id, { messages: [message], pauseMs: RETRY_MS.first });
        ready.push(id);
      }
      run();
    },
    size: () => size,
    drop(isDropped) {
      for (const queue of byKey.values()) {
        const kept = queue.messages.filter((message) => !isDropped(message));
        size -= queue.messages.length - kept.length;
        queue.messages = kept;
      }
    },
    async close() {
      closed = true;
      for (const timer of pauses) clearTimeout(timer);
      await Promise.all(active);
    },
  };
}
