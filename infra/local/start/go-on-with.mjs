import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDatabaseClients } from './database-clients.mjs';
import { findNode, isAtLeast } from './find-node.mjs';
import { goOnAs } from './go-on-as.mjs';
import { ensurePackages } from './packages.mjs';

const OLDEST_NODE = '20.19.0';
const here = fileURLToPath(new URL('..', import.meta.url));
const root = resolve(here, '../..');

/**
 * Makes everything that a TypeScript program of this folder needs, and goes on as that program with the same arguments.
 * `prepare` makes what it alone needs. Ends the process with a plain message when something cannot be made.
 */
export async function goOnWith(program, prepare = async (_root, _node) => {}) {
  try {
    if (!isAtLeast(process.versions.node, OLDEST_NODE)) {
      throw new Error(
        `Builder AI needs Node ${OLDEST_NODE} or newer; this is ${process.version}. See https://nodejs.org`,
      );
    }
    await ensurePackages(root);
    const node = findNode(root);
    await ensureDatabaseClients(root, node);
    await prepare(root, node);
    goOnAs(node, ['--disable-warning=ExperimentalWarning', resolve(here, program), ...process.argv.slice(2)]);
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
