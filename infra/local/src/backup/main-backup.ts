// `npm run backup -- <directory>`: four databases and the workspaces as one, of a Builder AI that is stopped.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { readLocalConfig } from '../config.ts';
import type { ServiceName } from '../service-environments.ts';
import { dumpDatabase } from './dump-database.ts';
import { type DatabaseCopy, FORMAT, writeManifest } from './manifest.ts';
import { onDirectory } from './on-directory.ts';
import { SERVICES, withQuietDatabases } from './quiet-databases.ts';
import { packWorkspaces } from './workspaces.ts';

const USAGE = `Usage: npm run backup -- <directory>

Writes all that is kept into a new directory: the databases with the keys in them, and the workspaces of BUILDER_HOME.
Builder AI has to be stopped. Works on the databases of this machine's Builder AI; DATABASE_URL names another server,
and GATEWAY_DATABASE_URL, TASK_SERVICE_DATABASE_URL, AGENT_SERVICE_DATABASE_URL and NOTIFICATION_SERVICE_DATABASE_URL a
service's own. Whoever has the backup can sign in as everybody: keep it as you keep a password.`;

/** This product's version, which a backup carries. */
const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

async function backUp(target: string): Promise<void> {
  if (existsSync(target)) throw new Error(`${target} is there already: give a directory that is not.`);
  const { home } = readLocalConfig(process.env);
  // Under its name only when it is whole.
  const unfinished = `${target}.unfinished`;
  try {
    await withQuietDatabases(false, async ({ clients, checkQuiet }) => {
      rmSync(unfinished, { recursive: true, force: true });
      mkdirSync(unfinished, { recursive: true, mode: 0o700 });
      const databases = {} as Record<ServiceName, DatabaseCopy>;
      for (const name of SERVICES) {
        databases[name] = await dumpDatabase(clients[name], name, unfinished);
        const rows = databases[name].tables.reduce((sum, table) => sum + table.rows, 0);
        console.log(`${name}: ${rows} rows`);
      }
      const workspaces = await packWorkspaces(home, unfinished);
      console.log(workspaces ? 'workspaces: packed' : `workspaces: there are none in ${home}`);
      // What began meanwhile may lie between two of the copies.
      await checkQuiet();
      const made = { product: 'builder-ai', format: FORMAT, version, made_at: new Date().toISOString() } as const;
      await writeManifest(unfinished, { ...made, databases, workspaces });
    });
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

await onDirectory({
  usage: USAGE,
  failed: 'No backup was made',
  async run(target) {
    await backUp(target);
    console.log(`The backup is in ${target}. \`npm run restore -- ${target}\` brings it back.`);
  },
});
