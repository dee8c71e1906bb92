// The migrations of each service make exactly what its Prisma schema says: whoever changes one and not the other is told
// the SQL that is missing.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type MigratedBy, openServiceDatabase } from '@builder-ai/testing/service-database';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = fileURLToPath(new URL('schema-difference.ts', import.meta.url));
const SERVICES: MigratedBy[] = [
  'gateway',
  'services/task-service',
  'services/agent-service',
  'services/notification-service',
];

test.each(SERVICES)('what the migrations of %s make is what its schema says', async (service) => {
  const database = await openServiceDatabase(service);
  try {
    const args = ['--disable-warning=ExperimentalWarning', PROGRAM, database.url, join(ROOT, service, 'prisma')];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toBe('-- This is an empty migration.\n');
  } finally {
    await database.drop();
  }
});
