// A service's connection to its own PostgreSQL: queries, transactions, and what to do after a commit.
import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import pg from 'pg';
import type { Logger } from './logger.ts';

export type Row = Record<string, unknown>;

export type Queryable = {
  /** Runs one statement; `$1…` are the values. Arrays, Dates, JSON objects (as text) and null are fine. */
  query<R = Row>(sql: string, values?: unknown[]): Promise<R[]>;
};

export type Tx = Queryable & {
  /**
   * Sends a statement that nobody has to wait for: whatever follows, the commit too, goes out behind it in the same round
   * trip. When it fails nothing is committed, and the transaction rejects with its error. So a statement that has to have
   * an effect says so in SQL, by failing without one.
   * @param take gets its rows, before anybody is woken by the commit
   */
  send<R = Row>(sql: string, values?: unknown[], take?: (rows: R[]) => void): void;
  /**
   * Calls back before the next statement, or before the commit, whichever comes first: to send in one statement what has
   * gathered until then. What is queried afterwards sees it.
   */
  gather(sendAll: () => void): void;
  /**
   * Runs when `work` is done, before the commit: to ask once for all that has gathered until then. When it throws, nothing
   * is committed.
   */
  beforeCommit(step: () => Promise<void>): void;
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
  const sent: Promise<unknown>[] = [];
  const steps: (() => Promise<void>)[] = [];
  let gathered: (() => void)[] = [];
  let broken: Error | undefined;
  const sendGathered = () => {
    const senders = gathered;
    gathered = [];
    for (const sendAll of senders) sendAll();
  };
  const send: Tx['send'] = (sql, values, take) => {
    sendGathered();
    writeTogether(client);
    const answer = run<never>(client, sql, values).then(take);
    // It is heard of below: `work` may fail before that.
    answer.catch(() => {});
    sent.push(answer);
  };
  try {
    send('begin');
    const result = await work({
      query(sql, values) {
        sendGathered();
        writeTogether(client);
        return run(client, sql, values);
      },
      send,
      gather: (sendAll) => void gathered.push(sendAll),
      beforeCommit: (step) => void steps.push(step),
      afterCommit: (action) => actions.push(action),
    });
    for (const step of steps) await step();
    sendGathered();
    const committed = client.query('commit');
    committed.catch(() => {});
    await Promise.all(sent);
    // After a failed statement that `work` went on from, PostgreSQL answers a commit with ROLLBACK, and no error.
    const { command } = await committed;
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed.');
    return { result, actions };
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw await findCause(sent, error);
  } finally {
    client.release(broken);
  }
}

/** What PostgreSQL says to each statement that comes after one that failed. */
const ABORTED = '25P02';

/** A statement that was sent and failed made all that came after it fail, so that what is thrown may be a consequence. */
async function findCause(sent: readonly Promise<unknown>[], thrown: unknown): Promise<unknown> {
  for (const outcome of await Promise.allSettled(sent)) {
    if (outcome.status === 'rejected' && outcome.reason?.code !== ABORTED) return outcome.reason;
  }
  return thrown;
}

/**
 * Statements of one turn of the event loop go out in one write: each write wakes the server's process, which then begins
 * with the first of them while we are still to hand it the others.
 */
function writeTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}
