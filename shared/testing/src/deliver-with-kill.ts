// Messages of one key, delivered to a consumer whose process is killed at one exact place and started again.
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { applyMessages, type InboxOptions } from '@builder-ai/platform/inbox';
import { dyingDatabase, Killed, type KillPoint } from './dying-database.ts';

/**
 * Whoever is killed has told the bus nothing of its last messages: they come again.
 * @param burst how many messages are there at once
 * @returns whether the place was come to
 */
export async function deliverWithKill<Deps>(
  options: InboxOptions<Deps>,
  messages: readonly BusMessage[],
  burst: number,
  point: KillPoint,
): Promise<boolean> {
  let db = dyingDatabase(options.db, point);
  let killed = false;
  for (let at = 0; at < messages.length; ) {
    const [message, ...behind] = messages.slice(at, at + burst);
    try {
      at += await applyMessages({ ...options, db }, message as BusMessage, behind);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      killed = true;
      db = options.db;
      at = Math.max(0, at - burst);
    }
  }
  return killed;
}
