// `npm run restore -- <directory>`: a backup into empty databases and a BUILDER_HOME without workspaces.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readLocalConfig } from '../config.ts';
import { toMessage } from '../error-message.ts';
import { makeHomeDirectory } from '../home.ts';
import type { ServiceName } from '../service-environments.ts';
import { checkEmpty, checkMigrations, loadDatabase } from './load-database.ts';
import { readManifest } from './manifest.ts';
import { onDirectory } from './on-directory.ts';
import { SERVICES, withQuietDatabases } from './quiet-databases.ts';
import { resendEvents } from './resend-events.ts';
import { checkNoWorkspaces, unpackWorkspaces } from './workspaces.ts';

const USAGE = `Usage: npm run restore -- <directory>

Brings a backup (npm run backup) into empty databases and a BUILDER_HOME without workspaces; it writes over nothing.
DATABASE_URL and the services' own addresses are those of \`npm run backup\`. Kafka's topics have to be new and empty.`;

const migrationsOf = (name: ServiceName) =>
  fileURLToPath(
    new URL(`../../../../${name === 'gateway' ? name : `services/${name}`}/prisma/migrations`, import.meta.url),
  );

/** Nothing is written before all was found to be whole, of a version that fits, and empty where it goes. */
async function restore(backup: string): Promise<void> {
  const { databases, workspaces, made_at } = await readManifest(backup);
  for (const name of SERVICES) checkMigrations(name, databases[name], migrationsOf(name));
  const { home } = readLocalConfig(process.env);
  checkNoWorkspaces(home);
  makeHomeDirectory(home);
  await withQuietDatabases(true, async ({ clients, urls }) => {
    for (const name of SERVICES) await checkEmpty(clients[name], name);
    try {
      for (const name of SERVICES) {
        const [client, url, copy] = [clients[name], urls[name], databases[name]];
        await loadDatabase({ client, url, copy, migrations: migrationsOf(name), backup });
        console.log(`${name}: restored`);
      }
      const { waiting, gone } = await resendEvents(clients);
      console.log(`events that were on their way and are sent again: ${waiting}`);
      if (gone > 0) console.log(`events that nobody has any more: ${gone} (\`npm run doctor\` says whose)`);
      mkdirSync(home, { recursive: true });
      if (workspaces) await unpackWorkspaces(home, backup, workspaces);
    } catch (error) {
      throw new Error(`${toMessage(error)}\nWhat is restored so far is not whole: remove it before you try again.`);
    }
  });
  console.log(`Restored as it was at ${made_at}. Start Builder AI, then look with \`npm run doctor\`.`);
}

await onDirectory({ usage: USAGE, failed: 'Not restored', run: restore });
