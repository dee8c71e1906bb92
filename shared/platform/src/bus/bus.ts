// The bus port: ordered, durable, at-least-once delivery of messages to named consumers.

export type BusMessage = {
  topic: string;
  /** Messages of one topic and key reach a consumer in the order in which they were published. */
  key: string;
  /** A CloudEvent as JSON text. */
  value: string;
};

/**
 * @param behind messages of the same topic and key that follow it and are here already; they may be taken along
 * @returns how many were taken: 1, unless it says otherwise
 */
export type MessageHandler = (message: BusMessage, behind: readonly BusMessage[]) => Promise<number> | Promise<void>;

/**
 * @param bursts of each of several keys, at least two, the messages that wait, in order
 * @returns of each burst whether all of it was taken. Of the others nothing was, as of all when it throws: they are
 *   handled key by key then
 */
export type TogetherHandler = (bursts: readonly (readonly BusMessage[])[]) => Promise<readonly boolean[]>;

/** Is called for each message that is broadcast; what it throws is the listener's own loss. */
export type BroadcastListener = (message: BusMessage) => void;

export type TopicLag = { topic: string; messages: number };

export type Subscription = { close(): Promise<void> };

/**
 * What both adapters promise (`shared/testing` has the contract suite):
 * - `publish` resolves when the messages are durable, and before any handler has run;
 * - a handler that resolves has acknowledged what it took, one that throws gets its message again, later ones of the key wait;
 * - each consumer acknowledges alone: one that fails or is away delays no other and misses nothing;
 * - what is broadcast reaches each process that listens at that moment, in order per key, or is lost: it delays nothing else.
 */
export type Bus = {
  /** Shown in health checks. */
  name: string;
  publish(messages: BusMessage[]): Promise<void>;
  /** @param handleTogether is tried first where messages of several keys wait */
  subscribe(
    consumer: string,
    topics: readonly string[],
    handle: MessageHandler,
    handleTogether?: TogetherHandler,
  ): Promise<Subscription>;
  /** Never throws and never waits: while the bus is away, or slower than its senders, messages are dropped. */
  broadcast(message: BusMessage): void;
  /** Hears what is broadcast from now on. Resolves at once; while the bus is away nothing is heard. */
  listen(topic: string, listener: BroadcastListener): Subscription;
  /**
   * How many messages a consumer has still to acknowledge, by topic.
   * @throws when the bus cannot be reached
   */
  lag(consumer: string, topics: readonly string[]): Promise<TopicLag[]>;
  /** @throws when the bus cannot be reached */
  check(): Promise<void>;
  close(): Promise<void>;
};
