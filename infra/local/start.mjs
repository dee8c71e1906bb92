// What `npm start` runs, on a machine that may have nothing but Node and npm: installs what is missing, makes the
// database clients and the web client when their sources changed, and goes on as src/main.ts. No dependencies, and nothing newer than Node 20.19.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDatabaseClients } from './start/database-clients.mjs';
import { findNode, isAtLeast } from './start/find-node.mjs';
import { goOnAs } from './start/go-on-as.mjs';
import { ensurePackages } from './start/packages.mjs';
import { ensureWebClient } from './start/web-client.mjs';

const OLDEST_NODE = '20.19.0';
const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');

try {
  if (!isAtLeast(process.versions.node, OLDEST_NODE)) {
    throw new Error(
      `Builder AI needs Node ${OLDEST_NODE} or newer; this is ${process.version}. See https://nodejs.org`,
    );
  }
  await ensurePackages(root);
  const node = findNode(root);
  await ensureDatabaseClients(root, node);
  await ensureWebClient(root, node);
  goOnAs(node, ['--disable-warning=ExperimentalWarning', resolve(here, 'src/main.ts'), ...process.argv.slice(2)]);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
