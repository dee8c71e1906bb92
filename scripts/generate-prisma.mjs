// Generates each service's Prisma client when its schema has changed. Plain JavaScript: runs before anything is built.
// Usage: node scripts/generate-prisma.mjs
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.prisma;

const workspaces = ['gateway', ...readdirSync(join(root, 'services')).map((name) => join('services', name))]
  .map((name) => join(root, name))
  .filter((directory) => existsSync(join(directory, 'prisma.config.ts')));

function hashOfSchema(directory) {
  const hash = createHash('sha256').update(version);
  const files = readdirSync(join(directory, 'prisma'))
    .filter((name) => name.endsWith('.prisma'))
    .sort();
  for (const name of files) hash.update(readFileSync(join(directory, 'prisma', name)));
  return hash.digest('hex');
}

function isStale(directory) {
  const stamp = join(directory, 'src/generated/prisma/.stamp');
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hashOfSchema(directory);
}

/**
 * `prisma generate` needs no schema engine but tries to download one. Where the real one is not installed it is given a
 * program that fails: nothing that needs an engine can then seem to have worked.
 */
function generate(directory, stubEngine) {
  const target = join(directory, 'src/generated/prisma');
  rmSync(target, { recursive: true, force: true });
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/prisma/build/index.js'), 'generate'], {
      cwd: directory,
      env: {
        PRISMA_SCHEMA_ENGINE_BINARY: stubEngine,
        ...process.env,
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) {
        reject(new Error(`prisma generate failed in ${directory}:\n${output}`));
        return;
      }
      writeFileSync(join(target, '.stamp'), hashOfSchema(directory));
      resolve();
    });
  });
}

const stale = workspaces.filter(isStale);
if (stale.length > 0) {
  const scratch = mkdtempSync(join(tmpdir(), 'builder-prisma-'));
  const stubEngine = join(scratch, 'no-engine');
  writeFileSync(stubEngine, '#!/bin/sh\nexit 1\n');
  chmodSync(stubEngine, 0o755);
  try {
    for (const directory of stale) await generate(directory, stubEngine);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
