// Messages delivered to a consumer whose process is killed at one exact place and started again.

import { applyTogether } from '@builder-ai/platform/apply-runs';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { applyMessages, type InboxOptions } from '@builder-ai/platform/inbox';
import { dyingDatabase, Killed, type KillPoint } from './dying-database.ts';

/**
 * Delivers messages of one key. Whoever is killed has told the bus nothing of its last messages: they come again.
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

/** Delivers what waits of several keys together, and what was not taken key by key. */
export async function deliverTogetherWithKill<Deps>(
  options: InboxOptions<Deps>,
  bursts: readonly (readonly BusMessage[])[],
  point: KillPoint,
): Promise<boolean> {
  let db = dyingDatabase(options.db, point);
  let killed = false;
  const settleAll = async () => {
    const taken = await applyTogether({ ...options, db }, bursts);
    for (const messages of bursts.filter((_, index) => !taken[index]))
      for (let at = 0; at < messages.length; )
        at += await applyMessages({ ...options, db }, messages[at] as BusMessage, messages.slice(at + 1));
  };
  for (let settled = false; !settled; ) {
    try {
      await settleAll();
      settled = true;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      killed = true;
      db = options.db;
    }
  }
  return killed;
}
