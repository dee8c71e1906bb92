// A consumer that writes each event it applies into a table: its effects can be counted.
import type { Bus, BusMessage } from '../src/bus/bus.ts';
import type { Database, Tx } from '../src/database.ts';
import { applyMessage, type EventConsumer, type EventContext, type InboxOptions, onEvent } from '../src/inbox.ts';
import { type Logger, silentLogger } from '../src/logger.ts';
import { type Counted, noted } from './given-events.ts';

export type Deps = { name: string };
export type NotedContext = EventContext<Deps, Counted>;

const NO_BUS: Bus = {
  name: 'none',
  publish: () => Promise.reject(new Error('This test has no bus')),
  subscribe: () => Promise.reject(new Error('This test has no bus')),
  broadcast: () => {},
  listen: () => ({ close: async () => {} }),
  lag: async () => [],
  check: () => Promise.reject(new Error('This test has no bus')),
  close: async () => {},
};

export async function createEffects(db: Database): Promise<void> {
  await db.query('create table effects (position bigserial, key text, n int)');
}

export async function writeEffect({ tx, event, data }: NotedContext): Promise<void> {
  await tx.query('insert into effects (key, n) values ($1, $2)', [event.subject, data.n]);
}

/** The numbers that were applied for a key, in the order of their effects. */
export async function effectsOf(db: Database, key: string): Promise<number[]> {
  const rows = await db.query<{ n: number }>('select n from effects where key = $1 order by position', [key]);
  return rows.map(({ n }) => n);
}

/** Options of an inbox whose consumer of `noted` is the given one. */
export function inboxOf(
  db: Database,
  handle: (context: NotedContext) => Promise<void> = writeEffect,
  change: Partial<InboxOptions<Deps>> = {},
): InboxOptions<Deps> {
  const consumers: EventConsumer<Deps>[] = [onEvent(noted, handle)];
  return {
    name: 'task-service',
    bus: NO_BUS,
    db,
    deps: { name: 'test' },
    logger: silentLogger,
    consumers,
    ...change,
  };
}

export type DeadLetter = { key: string; no: number | null; state: string; reason: string; attempts: number };

export const lettersOf = (db: Database, key: string) =>
  db.query<DeadLetter>('select key, no, state, reason, attempts from dead_letters where key = $1 order by id', [key]);

/** Delivers messages one after the other. */
export async function deliver(options: InboxOptions<Deps>, ...messages: BusMessage[]): Promise<void> {
  for (const message of messages) await applyMessage(options, message);
}

/** Ends this transaction's connection, as a database that is restarted does. */
export async function breakConnection(tx: Tx): Promise<void> {
  await tx.query('select pg_terminate_backend(pg_backend_pid())');
}

/** A logger that keeps what is told at level error. */
export function errorLog(): { logger: Logger; errors: { message: string; fields: Record<string, unknown> }[] } {
  const errors: { message: string; fields: Record<string, unknown> }[] = [];
  return {
    errors,
    logger: { ...silentLogger, error: (message, fields = {}) => void errors.push({ message, fields }) },
  };
}
