// Hands messages to a handler: keys side by side, the messages of one key one after the other. A message whose handler
// fails is tried again after a pause; its key waits, and while it pauses others have its place. A consumer that can take
// messages of several keys at once gets those that wait together, and each key alone when it did not take them.
import type { Logger } from '../logger.ts';
import type { BusMessage, MessageHandler, TogetherHandler } from './bus.ts';

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
  handleTogether?: TogetherHandler | undefined;
  /** Called when a message's handler has resolved. */
  done: (message: Message) => void;
  logger: Logger;
};

const CONCURRENT_TURNS = 8;
/** So many messages a handler is given at most, of one key or of several. */
const GIVEN_AT_ONCE = 50;
const RETRY_MS = { first: 50, most: 5_000 };
// Keys that can go together wait for the turn before theirs: what comes meanwhile shares the next one. A turn that takes
// longer is not waited for, so that one that is held up holds up nobody else.
const WAITED_FOR_MS = 10;

/** `alone`: until it has no messages any more, its turns are for this key only. */
type KeyQueue<Message> = { id: string; messages: Message[]; pauseMs: number; alone: boolean };

export function newKeyQueues<Message extends BusMessage>(options: KeyQueuesOptions<Message>): KeyQueues<Message> {
  const { consumer, handle, handleTogether, done, logger } = options;
  // A key that is here waits for its turn, has it, or pauses: so it is never in hand twice.
  const byKey = new Map<string, KeyQueue<Message>>();
  const ready = { alone: [] as KeyQueue<Message>[], together: [] as KeyQueue<Message>[] };
  const active = new Set<Promise<void>>();
  const pauses = new Set<NodeJS.Timeout>();
  let waitedFor: object | undefined;
  let wasTogether = false;
  let size = 0;
  let closed = false;

  function becomeReady(queue: KeyQueue<Message>): void {
    (queue.alone ? ready.alone : ready.together).push(queue);
  }

  function run(): void {
    while (!closed && active.size < CONCURRENT_TURNS) {
      const begun = beginTurn();
      if (!begun) return;
      const turn = begun.finally(() => {
        active.delete(turn);
        run();
      });
      active.add(turn);
    }
  }

  /** Keys that go alone and those that go together have the next place in turn, where both wait for one. */
  function beginTurn(): Promise<void> | undefined {
    const mayTogether = ready.together.length > 0 && !waitedFor;
    wasTogether = mayTogether && (ready.alone.length === 0 || !wasTogether);
    if (wasTogether) return takeTogether();
    const queue = ready.alone.shift();
    return queue && takeTurn(queue);
  }

  async function takeTogether(): Promise<void> {
    const turn = {};
    waitedFor = turn;
    const goOn = () => {
      if (waitedFor === turn) waitedFor = undefined;
    };
    const timer = setTimeout(() => {
      goOn();
      run();
    }, WAITED_FOR_MS);
    try {
      const queues = takeReady();
      const [first] = queues;
      if (queues.length > 1) await takeAll(queues);
      else if (first) await takeTurn(first);
    } finally {
      clearTimeout(timer);
      goOn();
    }
  }

  /** The keys that wait, the first one and as many more as have no more messages than are given at once. */
  function takeReady(): KeyQueue<Message>[] {
    let messages = 0;
    const end = ready.together.findIndex((queue) => {
      messages += queue.messages.length;
      return messages > GIVEN_AT_ONCE;
    });
    const taken = ready.together.splice(0, end === -1 ? ready.together.length : Math.max(end, 1));
    for (const queue of taken) if (queue.messages.length === 0) byKey.delete(queue.id);
    return taken.filter((queue) => queue.messages.length > 0);
  }

  /** One call for several keys: each is settled as a whole, or goes alone from now on. */
  async function takeAll(queues: readonly KeyQueue<Message>[]): Promise<void> {
    const given = queues.map(({ messages }) => [...messages]);
    const taken = await whichTaken(given);
    for (const [index, queue] of queues.entries()) {
      queue.alone = !taken[index];
      settle(queue, taken[index] ? (given[index] ?? []) : []);
    }
  }

  async function whichTaken(given: readonly (readonly Message[])[]): Promise<readonly boolean[]> {
    try {
      return (await handleTogether?.(given.map(toPlain))) ?? [];
    } catch (error) {
      logger.warn('Messages of several keys are taken key by key: together it failed', { consumer, error });
      return [];
    }
  }

  /** One call of the handler: a key that always has another message must not keep its place from those that wait. */
  async function takeTurn(queue: KeyQueue<Message>): Promise<void> {
    const given = queue.messages.slice(0, GIVEN_AT_ONCE);
    const taken = given.slice(0, await countTaken(given));
    // They may have been dropped meanwhile.
    if (taken.length === 0 && given.length > 0 && queue.messages[0] === given[0]) return pause(queue);
    settle(queue, taken);
  }

  function settle(queue: KeyQueue<Message>, taken: readonly Message[]): void {
    for (const message of taken) {
      if (queue.messages[0] !== message) continue;
      queue.pauseMs = RETRY_MS.first;
      queue.messages.shift();
      size -= 1;
      done(message);
    }
    if (queue.messages.length > 0) becomeReady(queue);
    else byKey.delete(queue.id);
  }

  /** How many of these the handler took: none when it failed. */
  async function countTaken(given: readonly Message[]): Promise<number> {
    const [message, ...behind] = toPlain(given);
    if (!message) return 0;
    try {
      return (await handle(message, behind)) ?? 1;
    } catch (error) {
      logger.warn('A message waits: its consumer could not take it', { consumer, key: message.key, error });
      return 0;
    }
  }

  function pause(queue: KeyQueue<Message>): void {
    if (closed) return;
    queue.alone = true;
    const timer = setTimeout(() => {
      pauses.delete(timer);
      becomeReady(queue);
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
        const known = byKey.get(id);
        if (known) {
          known.messages.push(message);
          continue;
        }
        const queue = { id, messages: [message], pauseMs: RETRY_MS.first, alone: !handleTogether };
        byKey.set(id, queue);
        becomeReady(queue);
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

/** What a handler is given of them. */
function toPlain(messages: readonly BusMessage[]): BusMessage[] {
  return messages.map(({ topic, key, value }) => ({ topic, key, value }));
}
