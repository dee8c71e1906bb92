// What a publisher tells of by Redis beside its outbox: events that it has committed, as the bus will bring them. Signed, since
// what is heard is applied. Best effort: whatever is not told, or not heard, comes by the bus.
import type { Topic } from '@builder-ai/contracts/topics';
import type { BusMessage } from '../bus/bus.ts';
import type { Logger } from '../logger.ts';
import { type OutboxRow, toMessage } from '../outbox.ts';
import type { Redis } from '../redis/redis.ts';
import { openWakeChannel, type WakeChannel } from '../redis/wake-channel.ts';
import type { SigningKey } from '../signing-key.ts';
import { signText, type TextVerifier } from './signed-text.ts';
import { type TellCommittedOptions, tellCommitted } from './tell-committed.ts';

/** Two services meet on the channel, which has the topic's name, so that it begins with neither's prefix. */
const PREFIX = 'builder:';
/** Where more wait for their signer's keys, the rest comes by the bus. */
const MOST_WAITING = 16;

export type TellEventsOptions = Omit<TellCommittedOptions, 'channel' | 'toText'> & {
  signingKey: Pick<SigningKey, 'kid' | 'privateKey'>;
};

/** Tells of what is committed from now on. @returns whether an event is told of */
export function tellEvents({ signingKey, ...options }: TellEventsOptions): (row: OutboxRow) => boolean {
  return tellCommitted({
    ...options,
    channel: PREFIX + options.topic,
    toText(key, rows) {
      const text = [key, ...rows.map((row) => toMessage(row).value)].join('\n');
      return `${signText(text, signingKey)}\n${text}`;
    },
  });
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
