import { Client, escapeIdentifier } from 'pg';

const DUPLICATE_DATABASE = '42P04';
// Two at once may also meet in the catalogue's index.
const UNIQUE_VIOLATION = '23505';

/** Makes a database on the server of this URL unless it is there already. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== DUPLICATE_DATABASE && code !== UNIQUE_VIOLATION) throw error;
  } finally {
    await client.end();
  }
}
