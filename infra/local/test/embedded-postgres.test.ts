import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, openEmbeddedPostgres } from '../src/embedded-postgres.ts';

const HOLDER = fileURLToPath(new URL('hold-database.ts', import.meta.url));

let root: string;
let directory: string;
const holders: { child: ChildProcess; pid: number; url: string }[] = [];
let opened: EmbeddedPostgres | undefined;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'embedded postgres '));
  directory = join(root, 'a path with spaces', 'x'.repeat(120));
});

afterEach(async () => {
  await opened?.close();
  opened = undefined;
  for (const { child, pid } of holders.splice(0)) {
    child.kill('SIGKILL');
    await gone(pid);
  }
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a first start', () => {
  test('makes a cluster that only the password opens, with durable settings', async () => {
    await open();
    const { rows } = await query(
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
              current_setting('listen_addresses') AS addresses, current_setting('server_encoding') AS encoding,
              current_setting('server_version_num')::int / 10000 AS version, lower('ÄÖ') AS lower`,
    );
    expect(rows).toEqual([
      { fsync: 'on', commit: 'on', addresses: '127.0.0.1', encoding: 'UTF8', version: 18, lower: 'äö' },
    ]);
    expect(statSync(join(directory, 'password')).mode & 0o777).toBe(0o600);
    const wrong = new Client({ connectionString: opened?.url('postgres').replace(/:\w+@/, ':wrong@') });
    await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  test('a database is made once, also by two who ask at once', async () => {
    const { ensureDatabase, url } = await open();
    await Promise.all([ensureDatabase('builder_task'), ensureDatabase('builder_task')]);
    await ensureDatabase('builder_task');
    expect((await query('SELECT current_database()', url('builder_task'))).rows).toHaveLength(1);
  });

  test('begins again when an earlier one was killed while it made the cluster', async () => {
    const half = join(root, 'half');
    mkdirSync(join(half, 'data.new', 'base'), { recursive: true });
    await open({ directory: half });
    expect((await query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('a later start', () => {
  test('finds what was committed, on the same port', async () => {
    const first = await open();
    await query('CREATE TABLE kept AS SELECT 42 AS answer');
    await first.close();
    const second = await open();
    expect(second.port).toBe(first.port);
    expect((await query('SELECT answer FROM kept')).rows).toEqual([{ answer: 42 }]);
  });

  test('takes another port when its own is taken', async () => {
    const first = await open();
    await first.close();
    const thief = createServer().listen(first.port, '127.0.0.1');
    const second = await open();
    thief.close();
    expect(second.port).not.toBe(first.port);
  });

  test('clears a stale pid file whose number belongs to another process by now', async () => {
    const first = await open();
    await first.close();
    const pidFile = join(directory, 'data', 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n${join(directory, 'data')}\n1\n5432\n\n127.0.0.1\n\nready\n`);
    await open();
    expect((await query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('after a kill', () => {
  test('of our process: the database ends in order by itself', async () => {
    const holder = await hold();
    holder.child.kill('SIGKILL');
    await gone(holder.pid);
    expect(readFileSync(join(directory, 'server.log'), 'utf8').trim()).toMatch(/database system is shut down$/);
  });

  test('of our process and the watch: the next start stops the orphan, and nothing committed is lost', async () => {
    const holder = await hold();
    await query('CREATE TABLE IF NOT EXISTS orphan (n int)', holder.url);
    await query('INSERT INTO orphan VALUES (1)', holder.url);
    process.kill(findWatch(holder.pid), 'SIGKILL');
    holder.child.kill('SIGKILL');
    await delay(100);
    expect(isAlive(holder.pid)).toBe(true);
    const messages: string[] = [];
    await open({ log: (message) => messages.push(message) });
    expect(messages).toEqual([expect.stringContaining(`process ${holder.pid}`)]);
    expect(isAlive(holder.pid)).toBe(false);
    expect((await query('SELECT n FROM orphan')).rows).toEqual([{ n: 1 }]);
  });

  test('of the database: it is reported, and the next start recovers', async () => {
    const told = Promise.withResolvers<string>();
    const { pid, close } = await open({ onUnexpectedExit: told.resolve });
    await query('CREATE TABLE crash AS SELECT 1 AS n');
    process.kill(pid, 'SIGKILL');
    expect(await told.promise).toContain('SIGKILL');
    await close();
    await open();
    expect((await query('SELECT n FROM crash')).rows).toEqual([{ n: 1 }]);
  });

  test('of everything: the next start recovers', async () => {
    const holder = await hold();
    await query('CREATE TABLE everything AS SELECT 1 AS n', holder.url);
    process.kill(findWatch(holder.pid), 'SIGKILL');
    process.kill(holder.pid, 'SIGKILL');
    holder.child.kill('SIGKILL');
    await open();
    expect((await query('SELECT n FROM everything')).rows).toEqual([{ n: 1 }]);
  });
});

test('a second process gets an error, and the live database stays', async () => {
  const holder = await hold();
  await expect(open()).rejects.toThrow('Another process uses the database');
  expect((await query('SELECT 1 AS one', holder.url)).rows).toEqual([{ one: 1 }]);
});

// For other users there is nothing to test here, so nothing to skip.
const ways = process.getuid?.() === 0 ? (['namespace', 'account'] as const) : [];

if (ways.length > 0) {
  test.each(ways)('as root by %s, below a directory that is closed to others', async (account) => {
    const closed = join(root, 'closed');
    mkdirSync(closed, { recursive: true });
    chmodSync(closed, 0o700);
    const first = await open({ account, directory: join(closed, account) });
    await query('CREATE TABLE kept AS SELECT 1 AS n');
    await first.close();
    // And the other way round, on the data that this one has made.
    await open({ account: account === 'account' ? 'namespace' : 'account', directory: join(closed, account) });
    expect((await query('SELECT n FROM kept')).rows).toEqual([{ n: 1 }]);
    await opened?.close();
    rmSync(readFileSync(join(closed, account, 'location'), 'utf8').trim(), { recursive: true });
  });
}

async function open(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  opened = await openEmbeddedPostgres({ directory, ...options });
  return opened;
}

async function query(sql: string, url = opened?.url('postgres')) {
  const client = new Client({ connectionString: url });
  // A server that stops under a connection is what some of these tests are about.
  client.on('error', () => {});
  await client.connect();
  return client.query(sql).finally(() => client.end());
}

async function hold(): Promise<{ child: ChildProcess; pid: number; url: string }> {
  const child = spawn(process.execPath, [HOLDER, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const holder = { child, ...JSON.parse(line) };
    holders.push(holder);
    return holder;
  }
  throw new Error('The holder ended before it had a database');
}

/** Processes come and go while the list is read: of one that has ended nothing is there. */
function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** The shell that waits for our end has the server's number among its arguments. */
function findWatch(serverPid: number): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const command = commandOf(pid);
    if (command[0] === '/bin/sh' && command[3] === String(serverPid)) return Number(pid);
  }
  throw new Error('The watch is not there');
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await delay(10);
}

/** A process that has ended but was not collected yet counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
