// Words to whoever listens on a channel of Redis at this moment.
import type { Redis } from './redis.ts';

const MAX_BYTES = 32 * 1024;

/** What is larger goes another way: Redis would hold it for each listener at once. */
export const fitsChannel = (text: string): boolean => Buffer.byteLength(text) <= MAX_BYTES;

/** Never throws and never waits: while Redis is away it is lost, as is what does not fit. */
export function tell(redis: Pick<Redis, 'run'>, channel: string, text: string): void {
  if (fitsChannel(text)) redis.run((client) => client.publish(channel, text)).catch(() => {});
}
