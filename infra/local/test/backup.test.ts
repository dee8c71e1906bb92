// A backup of databases that each service has of its own, as scaled out; what was on no bus any more is sent again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from '@builder-ai/testing/postgres';
import { runProgram } from '@builder-ai/testing/run-program';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { ServiceName } from '../src/service-environments.ts';

const BACKUP = fileURLToPath(new URL('../src/backup', import.meta.url));
const SERVICES: ServiceName[] = ['gateway', 'task-service', 'agent-service', 'notification-service'];

type Databases = Record<ServiceName, TestDatabase>;

let source: Databases;
let target: Databases;
let directory: string;

const open = async (make: (name: ServiceName) => Promise<TestDatabase>) =>
  Object.fromEntries(await Promise.all(SERVICES.map(async (name) => [name, await make(name)]))) as Databases;

beforeAll(async () => {
  source = await open((name) => openServiceDatabase(name === 'gateway' ? name : `services/${name}`));
  target = await open(() => openServiceDatabase());
  directory = mkdtempSync(join(tmpdir(), 'builder-backup-'));
});

afterAll(async () => {
  for (const database of [...Object.values(source ?? {}), ...Object.values(target ?? {})]) await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

function run(program: string, databases: Databases, home: string) {
  const urls = SERVICES.map((name) => [`${name.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`, databases[name].url]);
  return runProgram(join(BACKUP, program), [join(directory, 'backup')], {
    ...process.env,
    NODE_OPTIONS: '',
    BUILDER_HOME: join(directory, home),
    ...Object.fromEntries(urls),
  });
}

async function query(database: TestDatabase, ...statements: string[]) {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** task.events of one key are at 5, of which the feed has 3; of another all have been applied. */
async function givenEvents(source: Databases): Promise<void> {
  await query(
    source['task-service'],
    `insert into outbox (id, topic, key, no, event, sent_at)
     select gen_random_uuid(), 'task.events', k, n, '{"text": "tab\\tand ''quotes''"}', now()
     from unnest(array['behind', 'even']) k, generate_series(1, 5) n`,
    `insert into outbox_keys (topic, key, last_no) values ('task.events', 'behind', 5), ('task.events', 'even', 5)`,
  );
  await query(
    source['notification-service'],
    `insert into inbox_keys (consumer, topic, key, last_no)
     values ('notification-service', 'task.events', 'behind', 3), ('notification-service', 'task.events', 'even', 5)`,
  );
}

test('of what had been published, only what a consumer had not applied is sent again', async () => {
  await givenEvents(source);
  // One of the two waits already.
  await query(
    source['task-service'],
    `insert into outbox_waiting select position from outbox where key = 'behind' and no = 5`,
  );
  expect(await run('main-backup.ts', source, 'source')).toMatchObject({ code: 0 });
  const restored = await run('main-restore.ts', target, 'target');
  expect(restored).toEqual({ code: 0, said: expect.stringContaining('are sent again: 2\n') });

  const read = `select position, topic, key, no, event, sent_at, position in (select position from outbox_waiting) as waits
    from outbox order by position`;
  const before = await query(source['task-service'], read);
  const waiting = (row: Record<string, unknown>) => row.key === 'behind' && Number(row.no) > 3;
  expect(await query(target['task-service'], read)).toEqual(before.map((row) => ({ ...row, waits: waiting(row) })));
  // New rows get numbers of their own.
  const [next] = await query(target['task-service'], `select nextval('outbox_position_seq') as position`);
  expect(Number(next?.position)).toBe(11);
});

test('a backup of a version that had no table of what waits is sent again as that version does', async () => {
  const older = await open((name) => openServiceDatabase(name === 'gateway' ? name : `services/${name}`));
  const fresh = await open(() => openServiceDatabase());
  try {
    rmSync(join(directory, 'backup'), { recursive: true, force: true });
    for (const database of Object.values(older))
      await query(
        database,
        'drop table outbox_waiting',
        `delete from _prisma_migrations where migration_name >= '20261129000000_outbox_waiting'`,
      );
    await givenEvents(older);
    expect(await run('main-backup.ts', older, 'older')).toMatchObject({ code: 0 });
    const restored = await run('main-restore.ts', fresh, 'fresh');
    expect(restored).toEqual({ code: 0, said: expect.stringContaining('are sent again: 2\n') });
    const waits = await query(
      fresh['task-service'],
      'select key, no::int from outbox where sent_at is null order by position',
    );
    expect(waits).toEqual([
      { key: 'behind', no: 4 },
      { key: 'behind', no: 5 },
    ]);
  } finally {
    for (const database of [...Object.values(older), ...Object.values(fresh)]) await database.drop();
  }
});

test('a service that is still connected is named, and nothing is written', async () => {
  const service = new pg.Client({ connectionString: source['agent-service'].url, application_name: 'agent-service' });
  await service.connect();
  try {
    rmSync(join(directory, 'backup'), { recursive: true, force: true });
    const { code, said } = await run('main-backup.ts', source, 'source');
    expect([code, said]).toEqual([1, expect.stringContaining('database of agent-service is in use by agent-service')]);
    expect((await run('main-restore.ts', source, 'target')).said).toContain('is no backup');
  } finally {
    await service.end();
  }
});
