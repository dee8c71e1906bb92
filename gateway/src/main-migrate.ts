// Applies this service's migrations and ends: `node gateway/src/main-migrate.ts`, before a roll-out.
import { runMigrations } from '@builder-ai/platform/run-migrations';

await runMigrations('gateway', new URL('../prisma/migrations', import.meta.url));
