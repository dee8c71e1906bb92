// The messages that the bus contract sends, and how it reads those that arrive.
import type { BusMessage } from '@builder-ai/platform/bus/bus';

/** Who consumes what: the storage has to know it before the first message. */
export const CONTRACT_CONSUMERS = {
  first: ['contract.facts', 'contract.orders'],
  second: ['contract.facts'],
} as const;

export type ContractConsumer = keyof typeof CONTRACT_CONSUMERS;

export const FACTS = 'contract.facts';
export const ORDERS = 'contract.orders';

/** 1, 2, … count. */
export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

export const fact = (key: string, n: number, by = ''): BusMessage => ({
  topic: FACTS,
  key,
  value: JSON.stringify({ n, by }),
});

export const messages = (key: string, count: number, by = '') => upTo(count).map((n) => fact(key, n, by));

/** The numbers that came of a key, repetitions left out: delivery is at least once. */
export function numbers(got: readonly BusMessage[], key: string, by?: string): number[] {
  const values = got.filter((message) => message.key === key).map((message) => JSON.parse(message.value));
  return [...new Set(values.filter((value) => by === undefined || value.by === by).map((value) => value.n as number))];
}
