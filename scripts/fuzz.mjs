// `npm run fuzz`: makes what it needs, as `npm test` does, and goes on as test/fuzz/main.ts with the same arguments.
import { fileURLToPath } from 'node:url';
import { ensureDatabaseClients } from '../infra/local/start/database-clients.mjs';
import { findNode } from '../infra/local/start/find-node.mjs';
import { ensurePackages } from '../infra/local/start/packages.mjs';
import { ensurePrograms } from './test/debian-packages.mjs';
import { run } from './test/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await ensurePackages(root);
const node = findNode(root);
await ensureDatabaseClients(root, node);
await ensurePrograms();
const program = ['--disable-warning=ExperimentalWarning', 'test/fuzz/main.ts'];
process.exit(await run(node, [...program, ...process.argv.slice(2)], { cwd: root }));
