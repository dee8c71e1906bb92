// Other people's packages: under which licences they are, and which of them run programs when they are installed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  EXCEPTIONS,
  findInstallScriptFaults,
  findLicenceFaults,
  type LockedPackage,
  readLock,
} from '../../scripts/supply-chain/lock-file.ts';
import { ROOT } from './source-files.ts';

const entry = { name: 'a', version: '1.0.0' };
const lockOf = (more: Partial<LockedPackage>) => ({ packages: [{ ...entry, ...more }], allowScripts: {} });

test('what is shipped is under a licence that allows it', () => {
  expect(findLicenceFaults(readLock())).toEqual([]);
  expect(findLicenceFaults(lockOf({ license: 'AGPL-3.0' }))).toEqual(['a 1.0.0 is under AGPL-3.0.']);
  expect(findLicenceFaults(lockOf({}))).toHaveLength(1);
  expect(findLicenceFaults(lockOf({ license: '(MIT OR GPL-3.0)' }))).toEqual([]);
  expect(findLicenceFaults(lockOf({ license: 'MIT AND GPL-3.0' }))).toHaveLength(1);
});

test('no package runs a program when it is installed of which nobody has said whether it may', () => {
  expect(findInstallScriptFaults(readLock())).toEqual([]);
  expect(findInstallScriptFaults(lockOf({ hasInstallScript: true }))).toHaveLength(1);
});

test('no image passes on a package whose licence is an exception', () => {
  const folder = join(ROOT, 'infra/docker');
  const images = readdirSync(folder).filter((name) => name.endsWith('.Dockerfile'));
  expect(images.length).toBeGreaterThan(3);
  // The last that installs anything says what of it goes again.
  for (const image of images)
    expect([image, readFileSync(join(folder, image), 'utf8')]).toEqual([
      image,
      expect.stringMatching(/&& sh infra\/docker\/install-needed\.sh [^\n]*\n\nFROM /),
    ]);
  const script = readFileSync(join(folder, 'install-needed.sh'), 'utf8');
  for (const name of Object.keys(EXCEPTIONS))
    expect(script).toMatch(new RegExp(`^npm install [^]*^rm -rf node_modules/${name}$`, 'm'));
});
