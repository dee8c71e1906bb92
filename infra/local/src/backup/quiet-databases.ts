// The four databases of a Builder AI that stands still: a backup of what is being written would be four moments of it.
import { Client } from 'pg';
import { type DatabaseServer, withDatabaseServer } from '../database-server.ts';
import { ensureDatabase } from '../ensure-database.ts';
import { ownDatabaseUrl } from '../own-database-url.ts';
import { SERVICE_DATABASES, type ServiceName } from '../service-environments.ts';

export const SERVICES = Object.keys(SERVICE_DATABASES) as ServiceName[];

export type QuietDatabases = {
  urls: Record<ServiceName, string>;
  clients: Record<ServiceName, Client>;
  /** @throws Error that names who uses one of them besides us */
  checkQuiet(): Promise<void>;
};

const OTHERS = `select distinct coalesce(nullif(application_name, ''), 'a program without a name') as name
  from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;

/**
 * @param make whether databases that are not there are made (on a server where each service has no own address)
 * @throws Error while Builder AI runs on them
 */
export async function withQuietDatabases<T>(make: boolean, work: (quiet: QuietDatabases) => Promise<T>): Promise<T> {
  // Each service has its own: there is no server that holds them all.
  if (SERVICES.every(ownDatabaseUrl)) return withClients((name) => ownDatabaseUrl(name) ?? '', work);
  const onServer = async (server: DatabaseServer) => {
    if (make) for (const name of SERVICES) await ensureDatabase(server.anyUrl, SERVICE_DATABASES[name]);
    return withClients((name) => ownDatabaseUrl(name) ?? server.url(SERVICE_DATABASES[name]), work);
  };
  return withDatabaseServer(console.error, onServer, { onlyStopped: true });
}

async function withClients<T>(toUrl: (name: ServiceName) => string, work: (quiet: QuietDatabases) => Promise<T>) {
  const each = <V>(toValue: (name: ServiceName) => V) =>
    Object.fromEntries(SERVICES.map((name) => [name, toValue(name)])) as Record<ServiceName, V>;
  const urls = each(toUrl);
  const clients = each((name) => new Client({ connectionString: urls[name], application_name: 'backup' }));
  // An error that comes between two queries is told by the next one.
  for (const client of Object.values(clients)) client.on('error', () => {});
  const checkQuiet = async () => {
    for (const name of SERVICES) {
      const { rows } = await clients[name].query<{ name: string }>(OTHERS);
      if (rows.length > 0)
        throw new Error(
          `The database of ${name} is in use by ${rows.map((row) => row.name).join(', ')}: stop Builder AI first.`,
        );
    }
  };
  try {
    for (const client of Object.values(clients)) await client.connect();
    await checkQuiet();
    return await work({ urls, clients, checkQuiet });
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.end().catch(() => {})));
  }
}
