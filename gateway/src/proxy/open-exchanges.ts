// WebSockets and answers that take long were allowed when they began. What has lost its permission since is ended: a
// session or key that was revoked, a member who was removed.
import type { Logger } from '@builder-ai/platform/logger';
import type { Caller, Callers } from '../auth/caller.ts';

/** With what one look takes, well below the 5 s in which a revocation is to hold everywhere. */
const LOOK_MS = 2_000;

export type OpenExchange = {
  caller: Caller;
  /** Also when the caller may do more than at its beginning: what comes in its place knows of that. */
  endsOnAnyChange: boolean;
  end(): void;
};

export type OpenExchanges = {
  /** @returns what to call when it has ended by itself */
  add(exchange: OpenExchange): () => void;
  close(): void;
};

/** Looks from now on, until it is closed. */
export function watchOpenExchanges(callers: Callers, logger: Logger): OpenExchanges {
  const open = new Set<OpenExchange>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function look(): Promise<void> {
    const exchanges = [...open];
    if (exchanges.length === 0) return;
    const standings = await callers.compare(exchanges.map(({ caller }) => caller));
    exchanges.forEach((exchange, index) => {
      const standing = standings[index];
      if (standing !== 'lost' && (standing === 'same' || !exchange.endsOnAnyChange)) return;
      open.delete(exchange);
      exchange.end();
    });
  }

  const next = () => {
    if (closed) return;
    timer = setTimeout(() => {
      look()
        // Nothing new is let in either while the database is away; what is open is looked at when it is back.
        .catch((error: unknown) => logger.warn('Open exchanges could not be checked', { error }))
        .finally(next);
    }, LOOK_MS);
    timer.unref();
  };
  next();

  return {
    add(exchange) {
      open.add(exchange);
      return () => void open.delete(exchange);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
