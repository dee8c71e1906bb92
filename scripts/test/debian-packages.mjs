import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { run } from './run.mjs';

// The package of each program that tests start.
const PACKAGES = {
  git: ['git'],
  bwrap: ['bubblewrap'],
  'redis-server': ['redis-server'],
  java: ['default-jre-headless'],
  mvn: ['maven'],
};

const POLICY = '/usr/sbin/policy-rc.d';

const isThere = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

let updated = false;

/** Installs Debian packages where we are allowed to; returns whether they could be. Starts none of their services. */
export async function installPackages(packages) {
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!mayInstall || packages.length === 0) return packages.length === 0;
  console.log(`Installing ${packages.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  // Asked by packages whether they may start their services (invoke-rc.d); 101: they may not.
  const hasPolicy = existsSync(POLICY);
  if (!hasPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    if (!updated) await run('apt-get', ['update', '-qq'], quiet);
    updated = true;
    return (await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet)) === 0;
  } finally {
    if (!hasPolicy) rmSync(POLICY, { force: true });
  }
}

/** Makes the programs there that tests start; those that cannot be had are named by the tests that need them. */
export async function ensurePrograms() {
  const missing = Object.keys(PACKAGES).filter((program) => !isThere(program));
  await installPackages(missing.flatMap((program) => PACKAGES[program]));
}
