import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const interrupted = await waitForOther(root);
  if (interrupted || !matchesLock(root) || !findOutside(root).every(isThere)) await install(root, interrupted);
  try {
    writeFileSync(stampFile, [toStamp(root), ...findOutside(root)].join('\n'));
  } catch {
    // In a checkout that may not be written, the comparison is made at each start.
  }
}

async function install(root, interrupted) {
  // npm would take the half-written packages of an installation that was killed for whole ones.
  if (interrupted) for (const directory of findDirectories(root)) rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  // The npm that started us, and its Node: ours may be one of the packages. Else the npm on the path, which Windows
  // finds only by a shell.
  const { npm_execpath: npm, npm_node_execpath: node = process.execPath } = process.env;
  const [file, first] = npm?.endsWith('.js') ? [node, [npm]] : ['npm', []];
  const shell = file === 'npm' && process.platform === 'win32';
  // npm's own process: it goes on when only this one is killed.
  const onSpawn = (pid) => writeFileSync(toMarker(root), String(pid));
  const options = { cwd: root, shell, onSpawn };
  if (!(await runWithProgress('Installing packages', file, [...first, ...COMMAND, ...QUIET], options))) {
    throw new Error('The packages could not be installed: see above. `npm start` begins again.');
  }
  rmSync(toMarker(root), { force: true });
}

/** Waits while another start installs. Says whether a start was killed while it did. */
async function waitForOther(root) {
  for (let said = false; ; said = true) {
    const pid = Number(readIfThere(toMarker(root)));
    if (!pid) return false;
    if (!isAlive(pid)) return true;
    if (!said) console.log(`Process ${pid} is installing packages: waiting for it …`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** There while packages are being installed; holds the process id. */
const toMarker = (root) => join(root, 'node_modules', '.builder-installing');

/** npm's own record of what it installed, written when it is complete. */
const toRecord = (root) => join(root, 'node_modules', '.package-lock.json');

/** Every node_modules that the lock file speaks of: the root's and those of workspaces. */
function findDirectories(root) {
  const paths = Object.keys(readPackages(join(root, 'package-lock.json'))).filter((path) =>
    path.includes('node_modules'),
  );
  return new Set(paths.map((path) => join(root, path.slice(0, path.indexOf('node_modules')), 'node_modules')));
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
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(toRecord(root));
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    return found ? found.version === entry.version : isNotForThisMachine(entry);
  });
}

/** The packages that lie in a workspace's own node_modules, because the root has another version. */
function findOutside(root) {
  return Object.keys(readPackages(toRecord(root))).filter((path) => /^(?!node_modules).+\/node_modules\//.test(path));
}

/** Optional packages are left out where they name another platform; those that name none may be absent as well. */
function isNotForThisMachine({ optional, os, cpu, libc }) {
  const isNamed = (list, value) => !list || list.includes(value);
  return Boolean(optional) && !((os || cpu) && isNamed(os, process.platform) && isNamed(cpu, process.arch) && !libc);
}

function readPackages(lockFile) {
  return JSON.parse(readIfThere(lockFile) ?? '{}').packages ?? {};
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
