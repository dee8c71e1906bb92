// For statements on tables that are large at one moment and small at another.
import type { Database, Row } from './database.ts';

/**
 * For a transaction: its statements look rows up one by one, by plans that are kept as soon as there is one. To make a plan takes
 * longer than to look up; one that was made while a table was small would otherwise read all of it when it is large.
 */
export const BY_INDEX = 'set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off';

/** Runs one such statement, in one round trip. */
export async function queryByIndex<R = Row>(db: Database, sql: string, values: unknown[]): Promise<R[]> {
  const found: R[] = [];
  await db.transaction(async (tx) => {
    tx.send(BY_INDEX);
    tx.send<R>(sql, values, (rows) => found.push(...rows));
  });
  return found;
}
