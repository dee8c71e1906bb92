import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

// Plain JavaScript without types: it runs before anything is installed.
const { matchesLock } = await import(new URL('../start/packages.mjs', import.meta.url).href);
const { isAtLeast } = await import(new URL('../start/find-node.mjs', import.meta.url).href);

const here = { os: [process.platform], cpu: [process.arch] };
const wanted = {
  '': { name: 'root' },
  'services/one': { version: '1.0.0' },
  'node_modules/@builder-ai/one': { resolved: 'services/one', link: true },
  'node_modules/needed': { version: '1.2.3' },
  'node_modules/for-another': { version: '1.0.0', optional: true, os: ['other'], cpu: ['other'] },
  'node_modules/for-this': { version: '1.0.0', optional: true, ...here },
};
const { 'node_modules/for-another': _, ...installed } = wanted;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'packages-'));
  mkdirSync(join(root, 'node_modules'));
});

afterEach(() => rmSync(root, { recursive: true }));

test.each([
  ['everything for this platform', installed, true],
  ['nothing', {}, false],
  ['another version', { ...installed, 'node_modules/needed': { version: '1.2.4' } }, false],
  ["all but this platform's optional package", { ...installed, 'node_modules/for-this': undefined }, false],
])('with %s installed, matching the lock file is %s', (_name, packages, matches) => {
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  expect(matchesLock(root)).toBe(matches);
});

test.each([
  ['20.19.0', '20.19.0', true],
  ['20.18.9', '20.19.0', false],
  ['24.1.0', '20.19.0', true],
  ['18.20.0', '20.19.0', false],
])('version %s is at least %s: %s', (version, oldest, answer) => {
  expect(isAtLeast(version, oldest)).toBe(answer);
});
