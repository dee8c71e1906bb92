// The bus port: ordered, durable, at-least-once delivery of messages to named consumers.

export type BusMessage = {
  topic: string;
  /** Messages of one topic and key reach a consumer in the order in which they were published. */
  key: string;
  /** A CloudEvent as JSON text. */
  value: string;
};

export type MessageHandler = (message: BusMessage) => Promise<void>;

export type Subscription = { close(): Promise<void> };

/**
 * What both adapters promise (`shared/testing` has the contract suite):
 * - `publish` resolves when the messages are durable, and before any handler has run;
 * - a handler that resolves has acknowledged its message, one that throws gets it again, later messages of the key wait;
 * - each consumer acknowledges alone: one that fails or is away delays no other and misses nothing.
 */
export type Bus = {
  /** Shown in health checks. */
  name: string;
  publish(messages: BusMessage[]): Promise<void>;
  subscribe(consumer: string, topics: readonly string[], handle: MessageHandler): Promise<Subscription>;
  /** @throws when the bus cannot be reached */
  check(): Promise<void>;
  close(): Promise<void>;
};
