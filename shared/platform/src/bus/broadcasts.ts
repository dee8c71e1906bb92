// Who listens in this process to what is broadcast.
import type { Logger } from '../logger.ts';
import type { BroadcastListener, Bus, BusMessage } from './bus.ts';

export type Broadcasts = { tell(message: BusMessage): void; listen: Bus['listen'] };

export function newBroadcasts(logger: Logger): Broadcasts {
  const listeners = new Map<string, Set<BroadcastListener>>();
  return {
    tell(message) {
      for (const listener of listeners.get(message.topic) ?? []) {
        try {
          listener(message);
        } catch (error) {
          logger.warn('A listener failed', { topic: message.topic, error });
        }
      }
    },
    listen(topic, listener) {
      const all = listeners.get(topic) ?? new Set();
      listeners.set(topic, all.add(listener));
      return { close: async () => void all.delete(listener) };
    },
  };
}
