// Removes acknowledged deliveries of the local bus, many in one statement.
import type { Database } from '../database.ts';
import type { Logger } from '../logger.ts';

const DELAY_MS = 20;

/** An acknowledgement that is lost by a crash means one more delivery, which the consumer's inbox forgives. */
export function newAcknowledgements(db: Database, logger: Logger) {
  let positions: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    running = running.then(async () => {
      if (positions.length === 0) return;
      const batch = positions;
      positions = [];
      try {
        await db.query('delete from deliveries where position = any($1::bigint[])', [batch]);
      } catch (error) {
        positions.push(...batch);
        logger.warn('Acknowledgements wait: the bus database does not answer', { error });
      }
    });
    return running;
  }

  return {
    add(position: number): void {
      positions.push(position);
      timer ??= setTimeout(flush, DELAY_MS);
    },
    flush,
    async close(): Promise<void> {
      await flush();
      clearTimeout(timer);
    },
  };
}
