// What the runbook names is there: who is woken at night must not look for what was renamed long ago.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { listFiles, ROOT } from './source-files.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const runbook = read('docs/runbook.md');
const quoted = [...runbook.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
const sources = listFiles()
  .filter(
    ({ path }) =>
      /^(gateway|services\/[\w-]+|shared\/platform)\/(src|prisma)\//.test(path) && !/\.test\.ts$/.test(path),
  )
  .map(({ text }) => text)
  .join('\n');

const missing = (words: readonly string[], where: string) => {
  expect(words.length).toBeGreaterThan(2);
  return words.filter((word) => !where.includes(word));
};

test('each endpoint that it names is in the API', () => {
  const calls = quoted.filter((text) => /^(GET|POST|PATCH|DELETE) \//.test(text) && !text.includes('/health/'));
  const paths = calls.map((text) => `| ${text.replace('<service>', 'task-service')} |`);
  expect(missing(paths, read('docs/api.md'))).toEqual([]);
});

test('each setting and error code that it names is in the references', () => {
  const names = [...runbook.matchAll(/\b[A-Z]+(_[A-Z]+)+\b/g)].map(([name]) => name);
  expect(missing(names, read('docs/configuration.md') + read('docs/errors.md'))).toEqual([]);
});

test('each line of a log that it quotes is logged', () => {
  expect(
    missing(
      quoted.filter((text) => /^[A-Z][a-z]* [a-z]/.test(text)),
      sources,
    ),
  ).toEqual([]);
});

test('each metric, field, table and column that it names is there', () => {
  const words = quoted.flatMap((text) => text.match(/\b[a-z]+(_[a-z]+)+\b/g) ?? []);
  const ours = words.filter((word) => !/^(pg|wait)_/.test(word));
  expect(missing(ours, `${read('docs/metrics.md')}\n${sources}`)).toEqual([]);
});
