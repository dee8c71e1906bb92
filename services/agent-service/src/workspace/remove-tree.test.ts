import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { removeTree } from './remove-tree.ts';

test('a directory goes whole, though something is still being made in it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'remove tree '));
  const makeMany = 'const end = Date.now() + 300; for (let n = 0; Date.now() < end; n += 1) mkdirSync(String(n));';
  const program = `import { mkdirSync } from 'node:fs'; mkdirSync('first'); console.log('begun'); ${makeMany}`;
  const maker = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(maker, 'exit');
  await once(maker.stdout, 'data');
  await removeTree(directory);
  expect(existsSync(directory)).toBe(false);
  await ended;
});

test('a directory that is not there is no fault', async () => {
  await expect(removeTree(join(tmpdir(), 'never made'))).resolves.toBeUndefined();
});
