import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeHomeDirectory, toHomeDirectory } from './home.ts';

test.each([
  ['linux', { HOME: '/h' }, '/h/.local/share/builder-ai'],
  ['linux', { HOME: '/h', XDG_DATA_HOME: '/d' }, '/d/builder-ai'],
  ['linux', { HOME: '/h', XDG_DATA_HOME: 'relative' }, '/h/.local/share/builder-ai'],
  ['linux', { HOME: '/h', BUILDER_HOME: '/b' }, '/b'],
  ['darwin', { HOME: '/h', XDG_DATA_HOME: '/d' }, '/h/Library/Application Support/builder-ai'],
  ['win32', { HOME: '/h', LOCALAPPDATA: '/local' }, '/local/builder-ai'],
])('on %s with %j the home is %s', (platform, env, home) => {
  expect(toHomeDirectory(env, platform)).toBe(home);
});

test('the home is made for its owner alone, and a file in its place is refused with a way out', () => {
  const directory = mkdtempSync(join(tmpdir(), 'home-'));
  makeHomeDirectory(join(directory, 'a', 'b'));
  expect(statSync(join(directory, 'a', 'b')).mode & 0o777).toBe(0o700);
  writeFileSync(join(directory, 'file'), '');
  expect(() => makeHomeDirectory(join(directory, 'file', 'home'))).toThrow('BUILDER_HOME=');
  expect(() => makeHomeDirectory(join(directory, 'file'))).toThrow(/BUILDER_HOME/);
  rmSync(directory, { recursive: true });
});
