// `npm run mutations`: makes what it needs, as `npm test` does, and goes on as test/mutations/main.ts with the same arguments;
// `npm run mutations:chaos` as test/mutations/chaos.ts.
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
const [first, ...others] = process.argv.slice(2);
const inChaos = first === '--chaos';
const program = ['--disable-warning=ExperimentalWarning', `test/mutations/${inChaos ? 'chaos' : 'main'}.ts`];
const args = inChaos || first === undefined ? others : [first, ...others];
process.exit(await run(node, [...program, ...args], { cwd: root }));
