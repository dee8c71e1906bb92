// A service's migrations as a program of their own, which a Job runs before a roll-out; the service itself applies what is
// missing when it starts, under the same lock.
import { fileURLToPath } from 'node:url';
import Joi from 'joi';
import { readConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { migrate } from './migrate.ts';

const settings = Joi.object({ DATABASE_URL: Joi.string().required() });

/** Brings the database of DATABASE_URL to the newest migration; the process's exit code says whether it is there. */
export async function runMigrations(service: string, directory: URL): Promise<void> {
  const logger = createLogger({ service }).child('migrate');
  try {
    const { DATABASE_URL } = readConfig<{ DATABASE_URL: string }>(process.env, settings);
    const applied = await migrate({ databaseUrl: DATABASE_URL, directory: fileURLToPath(directory) });
    logger.info('The database is at the newest migration', { applied });
  } catch (error) {
    logger.error('The migrations were not applied', { error });
    process.exitCode = 1;
  }
  await logger.close();
}
