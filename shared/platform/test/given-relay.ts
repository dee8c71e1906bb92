// Relays of one service on its database, a bus, and a consumer at its other end whose effects can be counted.
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import type { Bus } from '../src/bus/bus.ts';
import { openLocalBus } from '../src/bus/local-bus.ts';
import { startInbox } from '../src/inbox.ts';
import { type Logger, silentLogger } from '../src/logger.ts';
import { entry, newOutbox } from '../src/outbox.ts';
import { type OutboxRelay, startOutboxRelay } from '../src/outbox-relay.ts';
import { createEffects, effectsOf, inboxOf } from './given-consumer.ts';
import { givenDatabase } from './given-database.ts';
import { noted } from './given-events.ts';
import { addAsBefore } from './given-older-version.ts';

export type GivenRelay = Awaited<ReturnType<typeof givenRelay>>;

export async function givenRelay() {
  const given = await givenDatabase();
  await createEffects(given.db);
  const busDatabase = await openServiceDatabase();
  const bus = await openLocalBus({ databaseUrl: busDatabase.url, logger: silentLogger });
  const inbox = await startInbox({ ...inboxOf(given.db), bus });
  const outbox = newOutbox('test-service');
  const relays: OutboxRelay[] = [];
  return {
    ...given,
    bus,
    /** @param publish how this relay's bus publishes, if not as usual */
    start(publish: Bus['publish'] = bus.publish, logger: Logger = silentLogger): OutboxRelay {
      const relay = startOutboxRelay({ db: given.replica(), outbox, logger, bus: { ...bus, publish } });
      relays.push(relay);
      return relay;
    },
    async commit(key: string, ...numbers: number[]): Promise<void> {
      const entries = numbers.map((n) => entry(noted, { n }));
      await given.db.transaction((tx) => outbox.add(tx, key, entries));
    },
    /** As a version without the table of what waits has added them. */
    commitAsBefore: (key: string, ...numbers: number[]) => addAsBefore(given.db, key, ...numbers),
    effects: (key: string) => effectsOf(given.db, key),
    async unsent(): Promise<number> {
      const [row] = await given.db.query<{ n: number }>('select count(*) as n from outbox_waiting');
      return row?.n ?? 0;
    },
    async lease(): Promise<{ holder: string; epoch: number; expires_at: Date } | undefined> {
      return (await given.db.query<{ holder: string; epoch: number; expires_at: Date }>('select * from leases'))[0];
    },
    async close() {
      await Promise.all(relays.map((relay) => relay.close()));
      await inbox.close();
      await bus.close();
      await given.close();
      await busDatabase.drop();
    },
  };
}
