// Each file that operators are given is looked at by a tool: one that nothing reads is wrong before anybody notices.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { validators } from '../../scripts/infra/validators.ts';
import { listFiles, ROOT } from './source-files.ts';

const given = listFiles()
  .map(({ path }) => path)
  .filter((path) => /^(infra|k8s|\.github)\/|^docker-compose\.yml$/.test(path));

/** What the compiler, the tests of style and npm look at, as they do everywhere. */
const CODE = /\.(m?ts|mjs|md)$|\/(package|tsconfig)\.json$/;

test('each file under infra/, k8s/ and .github/ has a tool that checks it', () => {
  const unchecked = given.filter((path) => !CODE.test(path) && !validators.some(({ covers }) => covers.test(path)));
  expect(unchecked).toEqual([]);
});

test('no tool is left without files', () => {
  const idle = validators.filter(({ covers }) => !given.some((path) => covers.test(path)));
  expect(idle.map(({ name }) => name)).toEqual([]);
});

test.each(
  given.filter((path) => path.endsWith('/kustomization.yaml')).map((path) => path.replace('/kustomization.yaml', '')),
)('every manifest of %s is built into something', (folder) => {
  const text = readFileSync(join(ROOT, folder, 'kustomization.yaml'), 'utf8');
  expect(parse(text)).toHaveProperty('kind');
  const files = given.filter((path) => path.startsWith(`${folder}/`) && !path.endsWith('/kustomization.yaml'));
  for (const file of files) expect(text).toContain(file.slice(folder.length + 1));
});
