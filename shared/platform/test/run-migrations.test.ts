// A service's migrations as the program that a Job runs.
import { fileURLToPath } from 'node:url';
import { runProgram } from '@builder-ai/testing/run-program';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { migrationNames } from '../src/migrate.ts';

const ROOT = new URL('../../..', import.meta.url);

const run = (service: string, url: string) =>
  runProgram(fileURLToPath(new URL(`${service}/src/main-migrate.ts`, ROOT)), [], {
    PATH: process.env.PATH,
    DATABASE_URL: url,
  });

test.each(['gateway', 'services/task-service', 'services/agent-service', 'services/notification-service'])(
  'two jobs of %s at once: each migration is applied once, and both are told that all is done',
  async (service) => {
    const database = await openServiceDatabase();
    const client = new pg.Client({ connectionString: database.url });
    try {
      const jobs = await Promise.all([run(service, database.url), run(service, database.url)]);
      expect(jobs.map(({ code }) => code)).toEqual([0, 0]);
      await client.connect();
      const { rows } = await client.query<{ name: string }>(
        'select migration_name as name from _prisma_migrations where finished_at is not null order by 1',
      );
      expect(rows.map(({ name }) => name)).toEqual(
        migrationNames(fileURLToPath(new URL(`${service}/prisma/migrations`, ROOT))),
      );
    } finally {
      await client.end();
      await database.drop();
    }
  },
);

test('a database that is not there fails the job, with the reason', async () => {
  const { code, said } = await run('gateway', 'postgresql://nobody@127.0.0.1:1/none');
  expect([code, said]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
});
