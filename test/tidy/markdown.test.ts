// What the documents point at exists.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';
import { listFiles, ROOT } from './source-files.ts';

const documents = listFiles().filter((file) => file.path.endsWith('.md') && !/\/templates\//.test(file.path));

test('links to files lead somewhere', () => {
  const broken = documents.flatMap((file) =>
    [...file.text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] as string)
      .filter((target) => !existsSync(join(ROOT, normalize(join(dirname(file.path), target)))))
      .map((target) => `${file.path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('paths in backticks exist', () => {
  const folders = /^(?:gateway|services|shared|infra|k8s|web|test|bench|docs|scripts|\.github|\.ci)\/[\w./-]+$/;
  const broken = documents.flatMap((file) =>
    [...file.text.matchAll(/`([^`\n]+)`/g)]
      .map((match) => match[1] as string)
      .filter((path) => folders.test(path) && !existsSync(join(ROOT, path)))
      .map((path) => `${file.path}: ${path}`),
  );
  expect(broken).toEqual([]);
});

test('npm commands in the documents are scripts of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const unknown = documents.flatMap((file) =>
    [...file.text.matchAll(/`[^`]*\bnpm run ([\w:-]+)(?![\w:-]| -w)/g)]
      .map((match) => match[1] as string)
      .filter((name) => !(name in scripts))
      .map((name) => `${file.path}: npm run ${name}`),
  );
  expect(unknown).toEqual([]);
});
