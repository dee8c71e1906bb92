import { join } from 'node:path';
import { runWithProgress } from './run-with-progress.mjs';

/** Has the Prisma clients generated whose schema changed; the script itself knows which. */
export async function ensureDatabaseClients(root, node) {
  const script = join(root, 'scripts', 'generate-prisma.mjs');
  if (!(await runWithProgress('Preparing the database clients', node, [script], { cwd: root }))) {
    throw new Error('The database clients could not be generated: see above.');
  }
}
