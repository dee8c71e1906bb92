// One PostgreSQL for a whole test run; each test file makes databases of its own in it.
import { startTestPostgres, type TestPostgres } from './postgres.ts';

declare global {
  var builderTestPostgres: TestPostgres | undefined;
}

export default async function setup(): Promise<void> {
  globalThis.builderTestPostgres = await startTestPostgres();
  process.env.TEST_POSTGRES_URL = globalThis.builderTestPostgres.url('postgres');
}
