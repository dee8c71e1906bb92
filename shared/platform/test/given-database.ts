// A database with the spine's tables (outbox, inbox, leases, …), and a connection to it.
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { type Database, openDatabase } from '../src/database.ts';
import { silentLogger } from '../src/logger.ts';

export type GivenDatabase = {
  url: string;
  db: Database;
  /** Another pool, as another replica has one; is closed with the first. */
  replica(url?: string): Database;
  close(): Promise<void>;
};

/** Any service's would do: each has its own copy of these tables. */
export async function givenDatabase(): Promise<GivenDatabase> {
  const database = await openServiceDatabase('services/task-service');
  const pools: Database[] = [];
  const replica = (url = database.url) => {
    const pool = openDatabase({ url, name: 'test', logger: silentLogger });
    pools.push(pool);
    return pool;
  };
  return {
    url: database.url,
    db: replica(),
    replica,
    async close() {
      await Promise.all(pools.map((pool) => pool.close()));
      await database.drop();
    },
  };
}
