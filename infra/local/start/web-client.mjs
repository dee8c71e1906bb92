import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { runWithProgress } from './run-with-progress.mjs';

const NOT_SOURCE = new Set(['dist', 'node_modules', '.turbo', 'coverage']);

/** Builds the web client, unless web/dist was built from these very sources. */
export async function ensureWebClient(root, node) {
  const web = join(root, 'web');
  const stampFile = join(web, 'dist', '.stamp');
  const stamp = toStamp(root);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const vite = join(dirname(createRequire(join(web, 'package.json')).resolve('vite/package.json')), 'bin', 'vite.js');
  if (!(await runWithProgress('Building the web client', node, [vite, 'build'], { cwd: web }))) {
    throw new Error('The web client could not be built: see above.');
  }
  writeFileSync(stampFile, stamp);
}

/** A hash of everything that goes into the web client: its files, what it imports of ours, all package versions. */
function toStamp(root) {
  const hash = createHash('sha256');
  const sources = ['web', 'shared/contracts/src', 'shared/client/src'];
  const files = sources.flatMap((source) => listFiles(join(root, source)));
  for (const file of [...files, join(root, 'package-lock.json')]) {
    hash
      .update(`${relative(root, file)}\n`)
      .update(readFileSync(file))
      .update('\n');
  }
  return hash.digest('hex');
}

function listFiles(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter(({ name }) => !NOT_SOURCE.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? listFiles(path) : path;
    });
}
