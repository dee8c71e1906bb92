// For statements on tables that are large at one moment and small at another.
import type { Database, Row } from './database.ts';

/**
 * Runs one statement, in one round trip, that looks rows up one by one: its plan is kept, and one that was made while a table
 * was small would otherwise read all of it when it is large.
 */
export async function queryByIndex<R = Row>(db: Database, sql: string, values: unknown[]): Promise<R[]> {
  const found: R[] = [];
  await db.transaction(async (tx) => {
    tx.send('set local enable_seqscan = off');
    tx.send<R>(sql, values, (rows) => found.push(...rows));
  });
  return found;
}
