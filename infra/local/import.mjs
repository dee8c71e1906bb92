// What `npm run import` runs: like start.mjs, on a machine that may have nothing but Node and npm, then goes on as
// src/import-tasks.ts.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDatabaseClients } from './start/database-clients.mjs';
import { findNode } from './start/find-node.mjs';
import { goOnAs } from './start/go-on-as.mjs';
import { ensurePackages } from './start/packages.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');

try {
  await ensurePackages(root);
  const node = findNode(root);
  await ensureDatabaseClients(root, node);
  goOnAs(node, [
    '--disable-warning=ExperimentalWarning',
    resolve(here, 'src/import-tasks.ts'),
    ...process.argv.slice(2),
  ]);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
