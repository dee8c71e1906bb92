// A service's connection to its own PostgreSQL: queries, transactions, and what to do after a commit.
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Logger } from './logger.ts';

export type Row = Record<string, unknown>;

export type Queryable = {
  /** Runs one statement; `$1…` are the values. Arrays, Dates, JSON objects (as text) and null are fine. */
  query<R = Row>(sql: string, values?: unknown[]): Promise<R[]>;
};

export type Tx = Queryable & {
  /**
   * Runs when the transaction has committed, not when it was rolled back: to wake somebody, never to do work. If it
   * throws, that is logged.
   */
  afterCommit(action: () => void): void;
};

export type Database = Queryable & {
  pool: pg.Pool;
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export type DatabaseOptions = { url: string; name: string; logger: Logger; max?: number; statementTimeoutMs?: number };

const INT8 = 20;
// Our bigint columns are counters and byte sizes: far below 2^53, so numbers are safe and simpler than bigint.
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** Opens a pool. Nothing connects before the first query. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.max ?? 16,
    types,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // Statements that do not wait for one another's results share a round trip, as `begin` and the first one do.
    pipeline: true,
    // A paused process must not hold locks against the one that takes over (design: a paused process must not block
    // its own take-over), so an open transaction that says nothing for 2 s is ended by the server.
    options: [
      '-c idle_in_transaction_session_timeout=2000',
      `-c statement_timeout=${options.statementTimeoutMs ?? 15_000}`,
      '-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=2',
    ].join(' '),
  });
  let closing = false;
  pool.on('error', (error) => {
    // The server may go before the last idle connection has: while closing that is no news, and the log may be closed.
    if (!closing) options.logger.warn('A database connection broke', { error });
  });
  // One that breaks while a transaction has it is told of by its next query; with nobody listening, Node would end.
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    pool,
    query: (sql, values) => run(pool, sql, values),
    async transaction(work) {
      const { result, actions } = await transaction(pool, work);
      // It has committed: whoever is to be woken and cannot be does not make it a failure.
      for (const action of actions) {
        try {
          action();
        } catch (error) {
          options.logger.error('What was to follow a commit failed', { error });
        }
      }
      return result;
    },
    close() {
      closing = true;
      return pool.end();
    },
  };
}

const names = new Map<string, string>();

/** Statements are prepared once a connection: the name is a hash of the text. */
function statementName(sql: string): string {
  let name = names.get(sql);
  if (!name) {
    name = createHash('sha1').update(sql).digest('base64url');
    names.set(sql, name);
  }
  return name;
}

async function run<R>(client: pg.Pool | pg.PoolClient, sql: string, values?: unknown[]): Promise<R[]> {
  const config = values ? { name: statementName(sql), text: sql, values } : { text: sql };
  const result = await client.query(config);
  return result.rows as R[];
}

type Committed<T> = { result: T; actions: (() => void)[] };

async function transaction<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<Committed<T>> {
  const client = await pool.connect();
  const actions: (() => void)[] = [];
  let broken: Error | undefined;
  try {
    const begun = client.query('begin');
    // Whoever waits for it hears of it below; `work` may have failed before that.
    begun.catch(() => {});
    const result = await work({
      query: (sql, values) => run(client, sql, values),
      afterCommit: (action) => actions.push(action),
    });
    await begun;
    // After a failed statement that `work` went on from, PostgreSQL answers a commit with ROLLBACK, and no error.
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed.');
    return { result, actions };
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
