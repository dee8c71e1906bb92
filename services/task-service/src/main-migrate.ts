// Applies this service's migrations and ends: `node services/task-service/src/main-migrate.ts`, before a roll-out.
import { runMigrations } from '@builder-ai/platform/run-migrations';

await runMigrations('task-service', new URL('../prisma/migrations', import.meta.url));
