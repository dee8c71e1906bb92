// A bus on a storage of its own for each test of the contract, and what ends with the test.
import type { Bus, BusMessage, Subscription, TogetherHandler } from '@builder-ai/platform/bus/bus';
import { afterEach, beforeEach } from '@jest/globals';
import { type Gate, newGate } from '../gate.ts';
import { CONTRACT_CONSUMERS, type ContractConsumer } from './messages.ts';

export type BusStorage = {
  /** Opens an adapter on this storage; the tests have one open at a time. */
  open(): Promise<Bus>;
  /**
   * Ends an adapter as if its process were killed: what it has not stored is never stored. Is called by handlers too,
   * so it does not wait for those that run.
   */
  kill(bus: Bus): Promise<void>;
  /** Removes the storage, after its adapters were closed or killed. */
  remove(): Promise<void>;
};

export type GivenBus = {
  publish: Bus['publish'];
  broadcast: Bus['broadcast'];
  listen: Bus['listen'];
  lag(consumer: ContractConsumer): ReturnType<Bus['lag']>;
  check: Bus['check'];
  close: Bus['close'];
  subscribe(
    consumer: ContractConsumer,
    handle: (message: BusMessage) => Promise<void>,
    handleTogether?: TogetherHandler,
  ): Promise<Subscription>;
  /** Subscribes a consumer that takes everything and remembers it. */
  record(consumer: ContractConsumer): Promise<{ got: BusMessage[]; close(): Promise<void> }>;
  /** Opens another adapter on the same storage; the one before was closed or killed. */
  open(): Promise<void>;
  kill(): Promise<void>;
  /** Is opened at the end of the test at the latest, so that a failed test does not hang in its cleaning up. */
  gate(): Gate;
};

export function givenBus(newStorage: () => Promise<BusStorage>): GivenBus {
  let storage: BusStorage;
  let bus: Bus;
  let gates: Gate[];

  beforeEach(async () => {
    gates = [];
    storage = await newStorage();
    bus = await storage.open();
  });

  afterEach(async () => {
    for (const gate of gates) gate.open();
    await bus.close();
    await storage.remove();
  });

  const subscribe: GivenBus['subscribe'] = (consumer, handle, handleTogether) =>
    bus.subscribe(consumer, CONTRACT_CONSUMERS[consumer], handle, handleTogether);

  return {
    publish: (messages) => bus.publish(messages),
    broadcast: (message) => bus.broadcast(message),
    listen: (topic, listener) => bus.listen(topic, listener),
    lag: (consumer) => bus.lag(consumer, CONTRACT_CONSUMERS[consumer]),
    check: () => bus.check(),
    close: () => bus.close(),
    subscribe,
    async record(consumer) {
      const got: BusMessage[] = [];
      const subscription = await subscribe(consumer, async (message) => void got.push(message));
      return { got, close: () => subscription.close() };
    },
    async open() {
      bus = await storage.open();
    },
    kill: () => storage.kill(bus),
    gate() {
      const gate = newGate();
      gates.push(gate);
      return gate;
    },
  };
}
