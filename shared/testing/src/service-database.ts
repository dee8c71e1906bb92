// A freshly migrated database of one service, on the test run's PostgreSQL.
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from './postgres.ts';

export type MigratedBy =
  | 'gateway'
  | 'services/task-service'
  | 'services/agent-service'
  | 'services/notification-service';

/** @param workspace whose migrations it has; left out: an empty database, such as the local bus makes its own in */
export function openServiceDatabase(workspace?: MigratedBy): Promise<TestDatabase> {
  const serverUrl = process.env.TEST_POSTGRES_URL;
  if (!serverUrl) throw new Error('Run this by `npm test`, or by Jest with the project that starts PostgreSQL.');
  const migrations = workspace && fileURLToPath(new URL(`../../../${workspace}/prisma/migrations`, import.meta.url));
  return createTestDatabase(serverUrl, migrations ? { migrations } : {});
}
