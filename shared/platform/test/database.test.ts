// Transactions on real PostgreSQL: what a commit means, and what the server does to those who hold it up.
import { eventually } from '@builder-ai/testing/eventually';
import { openNetworkCable } from '@builder-ai/testing/network-cable';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase, type Tx } from '../src/database.ts';
import { silentLogger } from '../src/logger.ts';
import { isDatabaseAway } from '../src/problem.ts';
import { breakConnection, errorLog } from './given-consumer.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';

let given: GivenDatabase;

beforeAll(async () => {
  given = await givenDatabase();
  await given.db.query(
    'create table things (id int primary key, size bigint, at timestamptz, words text[], extra jsonb)',
  );
});

beforeEach(async () => {
  await given.db.query('truncate things');
});

afterAll(() => given.close());

const insert = (tx: Pick<Tx, 'query'>, id: number) => tx.query('insert into things (id) values ($1)', [id]);
const ids = async () => (await given.db.query('select id from things order by id')).map((row) => row.id);

describe('a transaction', () => {
  test('commits what its work did, answers what it returned, and only then wakes others', async () => {
    const order: unknown[] = [];
    const answer = await given.db.transaction(async (tx) => {
      tx.afterCommit(() => order.push('first'));
      tx.afterCommit(() => order.push('second'));
      await insert(tx, 1);
      order.push(['seen by others', await ids()]);
      return 'answer';
    });
    expect(answer).toBe('answer');
    expect(order).toEqual([['seen by others', []], 'first', 'second']);
    expect(await ids()).toEqual([1]);
  });

  test('rolls back when its work throws, throws on what was thrown, and wakes nobody', async () => {
    const woken: string[] = [];
    const fault = new Error('changed my mind');
    const failed = given.db.transaction(async (tx) => {
      tx.afterCommit(() => woken.push('woken'));
      await insert(tx, 1);
      throw fault;
    });
    await expect(failed).rejects.toBe(fault);
    expect([await ids(), woken]).toEqual([[], []]);
  });

  test('has the effects of what was sent, in order, and gives its rows before it wakes others', async () => {
    const order: unknown[] = [];
    await given.db.transaction(async (tx) => {
      tx.afterCommit(() => order.push('woken'));
      tx.send('insert into things (id) values ($1) returning id', [1], (rows) => order.push(rows));
      tx.send('update things set size = 7 where id = $1 returning size', [1], (rows) => order.push(rows));
    });
    expect(order).toEqual([[{ id: 1 }], [{ size: 7 }], 'woken']);
    expect(await ids()).toEqual([1]);
  });

  test('sends what has gathered before what is asked next, and before the commit', async () => {
    const sent: number[] = [];
    const gather = (tx: Tx, id: number) =>
      tx.gather(() => {
        sent.push(id);
        tx.send('insert into things (id) values ($1)', [id]);
      });
    const seen = await given.db.transaction(async (tx) => {
      gather(tx, 1);
      gather(tx, 2);
      expect(sent).toEqual([]);
      const rows = await tx.query('select id from things order by id');
      gather(tx, 3);
      return rows;
    });
    expect([seen, sent, await ids()]).toEqual([
      [{ id: 1 }, { id: 2 }],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    const failed = given.db.transaction(async (tx) => gather(tx, 3));
    await expect(failed).rejects.toMatchObject({ code: '23505' });
  });

  test('takes its last steps when the work is done, and commits nothing when one of them fails', async () => {
    const work = (last: string) => async (tx: Tx) => {
      tx.beforeCommit(async () => void (await tx.query(last)));
      tx.gather(() => tx.send('insert into things (id) values (1)'));
    };
    await expect(given.db.transaction(work('select 1 / 0'))).rejects.toMatchObject({ code: '22012' });
    expect(await ids()).toEqual([]);
    await given.db.transaction(work('insert into things select id + 1 from things'));
    expect(await ids()).toEqual([1, 2]);
  });

  test('commits nothing, wakes nobody and throws the cause when what was sent fails, whatever came of it', async () => {
    const woken: string[] = [];
    const failing = (work: (tx: Tx) => Promise<unknown>) =>
      given.db.transaction(async (tx) => {
        tx.afterCommit(() => woken.push('woken'));
        await insert(tx, 1);
        tx.send('insert into things (id) values ($1)', [null]);
        return work(tx);
      });
    const cause = { code: '23502', column: 'id' };
    await expect(failing(async () => {})).rejects.toMatchObject(cause);
    await expect(failing((tx) => insert(tx, 2))).rejects.toMatchObject(cause);
    await expect(failing((tx) => insert(tx, 2).catch(() => {}))).rejects.toMatchObject(cause);
    await expect(failing(() => Promise.reject(new Error('a consequence')))).rejects.toMatchObject(cause);
    expect([await ids(), woken]).toEqual([[], []]);
  });

  test('throws what was thrown first when what was sent behind it could only fail as well', async () => {
    const failed = given.db.transaction(async (tx) => {
      await insert(tx, 1);
      const twice = insert(tx, 1);
      tx.send('select $1::int', [1]);
      await twice;
    });
    await expect(failed).rejects.toMatchObject({ code: '23505' });
  });

  test('is not told to have committed when its work swallowed a failed statement', async () => {
    const woken: string[] = [];
    const failed = given.db.transaction(async (tx) => {
      tx.afterCommit(() => woken.push('woken'));
      await insert(tx, 1);
      await insert(tx, 1).catch(() => {});
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect([await ids(), woken]).toEqual([[], []]);
  });

  test('has committed, and says so, even when somebody cannot be woken; the others are', async () => {
    const { logger, errors } = errorLog();
    const db = openDatabase({ url: given.url, name: 'woken', logger });
    const woken: string[] = [];
    const answer = await db.transaction(async (tx) => {
      tx.afterCommit(() => {
        throw new Error('gone');
      });
      tx.afterCommit(() => woken.push('second'));
      await insert(tx, 1);
      return 'answer';
    });
    await db.close();
    expect([answer, woken, await ids()]).toEqual(['answer', ['second'], [1]]);
    expect(errors).toMatchObject([{ fields: { error: { message: 'gone' } } }]);
  });

  test('leaves a connection that others can use, however it ended', async () => {
    const single = openDatabase({ url: given.url, name: 'single', logger: silentLogger, max: 1 });
    await single.transaction(async (tx) => insert(tx, 1).then(() => insert(tx, 1))).catch(() => {});
    await single.transaction((tx) => breakConnection(tx)).catch(() => {});
    await single.transaction((tx) => insert(tx, 2));
    expect(await ids()).toEqual([2]);
    await single.close();
  });
});

test('values come back as they are: bigint and count as numbers, times, arrays, JSON, null', async () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  await given.db.query('insert into things values ($1, $2, $3, $4, $5)', [
    1,
    2 ** 40,
    at,
    ['a', 'b"c'],
    JSON.stringify({ n: [1] }),
  ]);
  await insert(given.db, 2);
  const [full, empty] = await given.db.query('select *, (select count(*) from things) as n from things order by id');
  expect(full).toEqual({ id: 1, size: 2 ** 40, at, words: ['a', 'b"c'], extra: { n: [1] }, n: 2 });
  expect(empty).toEqual({ id: 2, size: null, at: null, words: null, extra: null, n: 2 });
});

describe('a connection that breaks', () => {
  const gone = (pid: number) => async () =>
    (await given.db.query('select 1 from pg_stat_activity where pid = $1', [pid])).length === 0;
  const pidOf = async (tx: Tx) => (await tx.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid ?? 0;

  test('a transaction that says nothing for 2 s is ended by the server, and its locks go', async () => {
    await insert(given.db, 1);
    let error: unknown;
    await given.db
      .transaction(async (tx) => {
        await tx.query('select * from things for update');
        await eventually(gone(await pidOf(tx)));
        await tx.query('delete from things');
      })
      .catch((caught: unknown) => {
        error = caught;
      });
    expect([isDatabaseAway(error), await ids()]).toEqual([true, [1]]);
    await given.db.query('update things set size = 1');
  });

  test('while its transaction asks nothing, it does not end the process: the next query throws', async () => {
    const failed = given.db.transaction(async (tx) => {
      const pid = await pidOf(tx);
      await given.db.query('select pg_terminate_backend($1)', [pid]);
      await eventually(gone(pid));
      await insert(tx, 1);
    });
    await expect(failed).rejects.toThrow();
    expect(await ids()).toEqual([]);
  });

  test('while it is idle, the pool says so and makes a new one', async () => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    const cable = await openNetworkCable(given.url);
    const db = openDatabase({ url: cable.url, name: 'cut', logger });
    await db.query('select 1');
    cable.unplug();
    await eventually(() => warnings.length > 0);
    expect(warnings).toEqual(['A database connection broke']);
    const error = await db.query('select 1').catch((caught: unknown) => caught);
    expect(isDatabaseAway(error)).toBe(true);
    cable.plugIn();
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]);
    await db.close();
    await cable.close();
  });

  test('a statement that takes longer than allowed is ended', async () => {
    const db = openDatabase({ url: given.url, name: 'slow', logger: silentLogger, statementTimeoutMs: 50 });
    const error = await db.query('select pg_sleep(10)').catch((caught: unknown) => caught);
    expect(isDatabaseAway(error)).toBe(true);
    await db.close();
  });
});

test('a closed database refuses, and that is no fault of the statement', async () => {
  const db = openDatabase({ url: given.url, name: 'closed', logger: silentLogger });
  await db.close();
  const error = await db.transaction(async () => {}).catch((caught: unknown) => caught);
  expect(isDatabaseAway(error)).toBe(true);
});
