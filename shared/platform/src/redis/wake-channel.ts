// Tells other replicas at once what they would find out by themselves a little later. Best effort: what is published while
// Redis is away is lost, so whoever listens also polls.
import { ReplyError } from 'ioredis';
import type { Redis } from './redis.ts';
import { openRedisLink } from './redis-link.ts';
import { tell } from './tell.ts';

export type WakeListener = (payload: string) => void;

export type WakeChannel = {
  /** Never throws and never waits; who published hears it as well. */
  publish(payload?: string): void;
  subscribe(listener: WakeListener): void;
  /** Whether what others publish now would arrive here. */
  connected(): boolean;
  /** Another number each time that it has begun to listen, 0 while it does not: what came in between is lost. */
  session(): number;
  close(): void;
};

const RETRY_MS = 1_000;

/** Listens on a connection of its own, which connects, and subscribes, again after each outage. */
export function openWakeChannel(redis: Redis, name: string): WakeChannel {
  const channel = `${redis.prefix}${name}`;
  const listeners = new Set<WakeListener>();
  const link = openRedisLink(redis);
  const { client } = link;
  let subscribed = false;
  let sessions = 0;
  let told = false;
  let retry: NodeJS.Timeout | undefined;

  async function listen(): Promise<void> {
    try {
      await client.subscribe(channel);
      subscribed = client.status === 'ready';
      sessions += 1;
    } catch (error) {
      if (client.status !== 'ready') return;
      // No answer in time, or this user may not: the connection stays, so nothing else would try again.
      retry = setTimeout(listen, RETRY_MS);
      if (error instanceof ReplyError && !told) redis.logger.warn('Redis lets nobody listen', { channel, error });
      told ||= error instanceof ReplyError;
    }
  }

  client.on('ready', () => {
    clearTimeout(retry);
    void listen();
  });
  client.on('close', () => {
    clearTimeout(retry);
    subscribed = false;
  });
  client.on('message', (_channel: string, payload: string) => {
    for (const listener of listeners) listener(payload);
  });
  const connected = () => subscribed && link.isHere();
  return {
    publish(payload = '') {
      tell(redis, channel, payload);
    },
    subscribe: (listener) => void listeners.add(listener),
    connected,
    session: () => (connected() ? sessions : 0),
    close() {
      listeners.clear();
      clearTimeout(retry);
      link.close();
    },
  };
}
