// What a publisher tells of by Redis beside its outbox: events that it has committed, as the bus will bring them. Signed, since
// what is heard is applied. Best effort: whatever is not told, or not heard, comes by the bus.
import type { Topic } from '@builder-ai/contracts/topics';
import type { BusMessage } from '../bus/bus.ts';
import type { Logger } from '../logger.ts';
import { type Outbox, type OutboxRow, toMessage } from '../outbox.ts';
import type { Redis } from '../redis/redis.ts';
import { openWakeChannel, type WakeChannel } from '../redis/wake-channel.ts';
import type { SigningKey } from '../signing-key.ts';
import { signText, type TextVerifier } from './signed-text.ts';

/** Two services meet on the channel, which has the topic's name, so that it begins with neither's prefix. */
const PREFIX = 'builder:';
/** What is larger comes by the bus. */
const MAX_BYTES = 32 * 1024;
/** Where more wait for their signer's keys, the rest comes by the bus. */
const MOST_WAITING = 16;

export type TellEventsOptions = {
  redis: Pick<Redis, 'run' | 'isHere'>;
  outbox: Pick<Outbox, 'onAdded'>;
  topic: Topic;
  signingKey: Pick<SigningKey, 'kid' | 'privateKey'>;
};

/**
 * Tells of what is committed from now on, in order. While Redis is away, nobody is told: nothing waits for it.
 * @returns whether an event is told of
 */
export function tellEvents({ redis, outbox, topic, signingKey }: TellEventsOptions): (row: OutboxRow) => boolean {
  // Who applies the events of a key is known when the bus has brought the first.
  const isTold = (row: OutboxRow) => row.topic === topic && row.no > 1 && redis.isHere();
  outbox.onAdded((rows) => {
    const told = rows.filter(isTold).sort((one, other) => one.no - other.no);
    for (const [key, ofKey] of Map.groupBy(told, (row) => row.key)) {
      const text = [key, ...ofKey.map((row) => toMessage(row).value)].join('\n');
      if (Buffer.byteLength(text) > MAX_BYTES) continue;
      const payload = `${signText(text, signingKey)}\n${text}`;
      redis.run((client) => client.publish(PREFIX + topic, payload)).catch(() => {});
    }
  });
  return isTold;
}

/** Who applies events that are told of. */
export type ToldListener = {
  /** Whether events of this key are applied here: others' are not looked at. */
  isMine(topic: string, key: string): boolean;
  /** Messages of one key, in order, as the bus will bring them. */
  take(messages: readonly BusMessage[]): void;
};

export type ToldEvents = { hear(listener: ToldListener): void; close(): void };

export type OpenToldEventsOptions = { redis: Redis; topic: Topic; verify: TextVerifier; logger: Logger };

export function openToldEvents({ redis, topic, verify, logger }: OpenToldEventsOptions): ToldEvents {
  const channel: WakeChannel = openWakeChannel({ ...redis, prefix: PREFIX }, topic);
  let last = Promise.resolve();
  let waiting = 0;

  async function hearOne(listener: ToldListener, payload: string): Promise<void> {
    const [signature = '', key = '', ...values] = payload.split('\n');
    if (!listener.isMine(topic, key)) return;
    try {
      await verify(payload.slice(signature.length + 1), signature);
      listener.take(values.map((value) => ({ topic, key, value })));
    } catch (error) {
      logger.debug('What was told ahead of the bus is not believed', { topic, key, error });
    }
  }

  return {
    hear(listener) {
      channel.subscribe((payload) => {
        if (waiting >= MOST_WAITING) return;
        waiting += 1;
        last = last
          .then(() => hearOne(listener, payload))
          .finally(() => {
            waiting -= 1;
          });
      });
    },
    close: channel.close,
  };
}
