// Imports point one way: contracts ← platform ← service; nothing of one service in another.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';
import { importsOf, isSource, listFiles, ROOT, workspaceOf } from './source-files.ts';

const files = listFiles().filter((file) => isSource(file.path));
const imports = files.flatMap(importsOf);

const PREFIX = '@builder-ai/';

/** Which of our packages each workspace may import, tests excepted. */
const ALLOWED: Record<string, string[]> = {
  'shared/contracts': [],
  'shared/platform': ['contracts'],
  // Nothing of ours: it can be published.
  'shared/client': [],
  'shared/testing': ['contracts', 'platform', 'local'],
  cli: ['client'],
  gateway: ['contracts', 'platform'],
  'services/task-service': ['contracts', 'platform'],
  'services/agent-service': ['contracts', 'platform'],
  'services/notification-service': ['contracts', 'platform'],
  web: ['contracts', 'client'],
};

/**
 * Adapters stand behind a port that two workspaces use; every service's POST endpoints share the idempotency table; there is
 * one way out, however few take it.
 */
const SHARED_BY_DESIGN = /^shared\/platform\/src\/(?:bus|cache|outgoing)\/|\/idempotency\.ts$/;

const isTest = (path: string) => /\.test\.tsx?$|\/test\//.test(path);

test('each workspace imports only what lies below it', () => {
  const wrong = imports.filter(({ from, specifier }) => {
    const allowed = ALLOWED[workspaceOf(from)];
    if (!allowed || !specifier.startsWith(PREFIX)) return false;
    const target = specifier.slice(PREFIX.length).split('/')[0] as string;
    const own = `${PREFIX}${target}` === nameOf(workspaceOf(from));
    return !own && !allowed.includes(target) && !(isTest(from) && target === 'testing');
  });
  expect(wrong).toEqual([]);
});

test('a relative import stays in its workspace and names a file that exists', () => {
  const wrong = imports.filter(({ from, specifier }) => {
    if (!specifier.startsWith('.')) return false;
    const target = normalize(join(dirname(from), specifier));
    if (/\/generated\//.test(target) || target.endsWith('.css')) return false;
    const leaves = workspaceOf(target) !== workspaceOf(from) && !/^(scripts|test|bench)\//.test(from);
    return leaves || !existsSync(join(ROOT, target));
  });
  expect(wrong).toEqual([]);
});

test('the browser gets types from the contracts, never code', () => {
  const wrong = files
    .filter((file) => file.path.startsWith('web/src/'))
    .flatMap((file) =>
      file.lines
        .filter((line) => line.includes(`${PREFIX}contracts`) && /^import (?!type\b)/.test(line))
        .map((line) => `${file.path}: ${line}`),
    );
  expect(wrong).toEqual([]);
});

test('a platform module that runs in services has two importing workspaces, or goes home', () => {
  const modules = files
    .map((file) => file.path)
    .filter((path) => /^shared\/platform\/src\/.*\.ts$/.test(path) && !isTest(path));
  const lonely = modules.filter((path) => {
    if (SHARED_BY_DESIGN.test(path)) return false;
    const name = `${PREFIX}platform/${path.slice('shared/platform/src/'.length, -'.ts'.length)}`;
    const users = new Set(imports.filter(({ specifier }) => specifier === name).map(({ from }) => workspaceOf(from)));
    const inside = imports.some(
      ({ from, specifier }) =>
        from.startsWith('shared/platform/') &&
        !isTest(from) &&
        specifier.startsWith('.') &&
        normalize(join(dirname(from), specifier)) === path,
    );
    return users.size < 2 && !inside;
  });
  expect(lonely).toEqual([]);
});

test('each service has its own copy of the spine tables, all the same', () => {
  const original = readFileSync(join(ROOT, 'shared/platform/prisma/spine.prisma'), 'utf8');
  for (const workspace of [
    'gateway',
    'services/task-service',
    'services/agent-service',
    'services/notification-service',
  ]) {
    expect([workspace, readFileSync(join(ROOT, workspace, 'prisma/spine.prisma'), 'utf8') === original]).toEqual([
      workspace,
      true,
    ]);
  }
});

function nameOf(workspace: string): string {
  return JSON.parse(readFileSync(join(ROOT, workspace, 'package.json'), 'utf8')).name;
}
