// Migrations only add: the version before runs on while they are applied, and after a roll-back. What is no longer read goes a
// release later, in a migration that says `-- contract of <migration>, released in <version>`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationNames } from '@builder-ai/platform/migrate';
import { expect, test } from '@jest/globals';
import { type AllowedValues, findContracting } from './contracting-statements.ts';
import { ROOT } from './source-files.ts';

const SERVICES = ['gateway', 'services/task-service', 'services/agent-service', 'services/notification-service'];
const MARK = /^-- contract of (\d{14}_\w+), released in (\d+\.\d+\.\d+)$/m;

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

type Released = Record<string, string[]>;

/** What a release had applied (written by scripts/write-release.ts); undefined when there is no such release. */
function readReleased(release: string): Released | undefined {
  const file = join(ROOT, 'test/tidy/released-migrations', `${release}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Released) : undefined;
}

/** @returns why the migration may not be applied while the version before runs; empty when it may */
async function findFaults(service: string, sql: string, values: AllowedValues, released = readReleased) {
  const contracting = await findContracting(sql, values);
  const [, expansion = '', release = ''] = sql.match(MARK) ?? [];
  if (contracting.length === 0 || !expansion) return contracting;
  const applied = release === version ? undefined : released(release)?.[service];
  return applied?.includes(expansion) ? [] : [`no release before ${version} has ${expansion}`, ...contracting];
}

test.each(SERVICES)('the migrations of %s only add', async (service) => {
  const directory = join(ROOT, service, 'prisma/migrations');
  const values: AllowedValues = new Map();
  for (const name of migrationNames(directory)) {
    const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8');
    expect([name, ...(await findFaults(service, sql, values))]).toEqual([name]);
  }
});

test.each([
  ['ALTER TABLE tasks DROP COLUMN goal', /AT_DropColumn of tasks.goal/],
  ['ALTER TABLE tasks RENAME COLUMN goal TO aim', /RenameStmt/],
  ['ALTER TABLE tasks RENAME TO jobs', /RenameStmt/],
  ['DROP TABLE tasks', /DropStmt/],
  ['DROP INDEX tasks_owner', /DropStmt/],
  ['TRUNCATE tasks', /TruncateStmt/],
  ['ALTER TABLE tasks ADD COLUMN aim TEXT NOT NULL', /tasks.aim is not null and has no default/],
  ['ALTER TABLE tasks ALTER COLUMN goal SET NOT NULL', /AT_SetNotNull/],
  ['ALTER TABLE tasks ALTER COLUMN seq TYPE INTEGER', /AT_AlterColumnType/],
  ["ALTER TABLE tasks ADD CONSTRAINT c CHECK (goal <> '')", /constraint c refuses/],
  ['ALTER TABLE tasks DROP CONSTRAINT tasks_pkey', /constraint tasks_pkey is dropped/],
  ['CREATE UNIQUE INDEX u ON tasks (goal)', /unique index u refuses/],
  [
    "ALTER TABLE tasks DROP CONSTRAINT tasks_status_check; ALTER TABLE tasks ADD CONSTRAINT tasks_status_check CHECK (status IN ('queued'))",
    /tasks_status_check refuses/,
  ],
])('%s is refused', async (sql, why) => {
  const values: AllowedValues = new Map([['tasks_status_check', ['queued', 'failed']]]);
  expect((await findFaults('services/task-service', sql, values)).join('\n')).toMatch(why);
});

test.each([
  'CREATE TABLE a (id TEXT NOT NULL); CREATE UNIQUE INDEX u ON a (id); ALTER TABLE a ADD CONSTRAINT p PRIMARY KEY (id)',
  "ALTER TABLE tasks ADD COLUMN aim TEXT NOT NULL DEFAULT '', ALTER COLUMN goal DROP NOT NULL",
  "ALTER TABLE tasks DROP CONSTRAINT tasks_status_check; ALTER TABLE tasks ADD CONSTRAINT tasks_status_check CHECK (status IN ('failed', 'held', 'queued'))",
])('%s is taken', async (sql) => {
  const values: AllowedValues = new Map([['tasks_status_check', ['queued', 'failed']]]);
  expect(await findFaults('services/task-service', sql, values)).toEqual([]);
});

test('what is no longer read goes when a release before this one has had its successor, and not sooner', async () => {
  const sql = (release: string) =>
    `-- contract of 20260101000000_init, released in ${release}\nALTER TABLE tasks DROP COLUMN goal`;
  const released = () => ({ 'services/task-service': ['20260101000000_init'] });
  expect(await findFaults('services/task-service', sql('0.0.9'), new Map(), released)).toEqual([]);
  for (const release of [version, '0.0.8']) {
    const faults = await findFaults('services/task-service', sql(release), new Map());
    expect(faults[0]).toBe(`no release before ${version} has 20260101000000_init`);
  }
});
