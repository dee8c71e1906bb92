import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runWithProgress } from './run-with-progress.mjs';

// No install script is needed, and some of our dependencies' scripts download things that we do not use. Development
// packages are: the web client is built by one, and NODE_ENV=production would leave them out.
// `npm install` and not `npm ci`: it keeps what is already there, and it accepts a lock file that lacks another
// platform's optional package. With --no-save it takes the versions from the lock file and leaves that as it is.
const COMMAND = ['install', '--no-save', '--ignore-scripts', '--include=dev', '--include=optional'];
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Installs what package-lock.json names, unless it is there. */
export async function ensurePackages(root) {
  const stampFile = join(root, 'node_modules', '.builder-install');
  // Packages in a workspace's own node_modules can be missing on their own.
  const isThere = (path) => existsSync(join(root, path));
  const [stamp, ...outside] = (readIfThere(stampFile) ?? '').split('\n');
  if (stamp === toStamp(root) && outside.every(isThere)) return;
  if (!(matchesLock(root) && findOutside(root).every(isThere)) && !(await install(root))) {
    throw new Error('The packages could not be installed: see above. `npm start` goes on from here.');
  }
  try {
    writeFileSync(stampFile, [toStamp(root), ...findOutside(root)].join('\n'));
  } catch {
    // In a checkout that may not be written, the comparison is made at each start.
  }
}

function install(root) {
  // The npm that started us, run by the same Node; else the one on the path, which Windows finds only by a shell.
  const self = process.env.npm_execpath;
  const [file, first] = self?.endsWith('.js') ? [process.execPath, [self]] : ['npm', []];
  const shell = file === 'npm' && process.platform === 'win32';
  return runWithProgress('Installing packages', file, [...first, ...COMMAND, ...QUIET], { cwd: root, shell });
}

function toStamp(root) {
  const lock = readIfThere(join(root, 'package-lock.json')) ?? '';
  return createHash('sha256').update(`${lock}\n${process.platform} ${process.arch}`).digest('hex');
}

/**
 * Whether node_modules holds what package-lock.json names, by npm's own record of what it installed. So a developer's
 * `npm install` is taken as it is, instead of being thrown away and made again.
 */
export function matchesLock(root) {
  const wanted = JSON.parse(readIfThere(join(root, 'package-lock.json')) ?? '{}').packages ?? {};
  const installed = JSON.parse(readIfThere(join(root, 'node_modules', '.package-lock.json')) ?? '{}').packages;
  if (!installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    return found ? found.version === entry.version : isNotForThisMachine(entry);
  });
}

/** The packages that lie in a workspace's own node_modules, because the root has another version. */
function findOutside(root) {
  const { packages = {} } = JSON.parse(readIfThere(join(root, 'node_modules', '.package-lock.json')) ?? '{}');
  return Object.keys(packages).filter((path) => /^(?!node_modules).+\/node_modules\//.test(path));
}

/** Optional packages are left out where they name another platform; those that name none may be absent as well. */
function isNotForThisMachine({ optional, os, cpu, libc }) {
  const isNamed = (list, value) => !list || list.includes(value);
  return Boolean(optional) && !((os || cpu) && isNamed(os, process.platform) && isNamed(cpu, process.arch) && !libc);
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
