import type { ServiceName } from './service-environments.ts';

/** The URL of a service's own database, where one is given: `TASK_SERVICE_DATABASE_URL`. */
export const ownDatabaseUrl = (name: ServiceName): string | undefined =>
  process.env[`${name.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`];
