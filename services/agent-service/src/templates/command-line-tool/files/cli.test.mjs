import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { linesOf, wordsOf } from './text.mjs';

const cli = fileURLToPath(new URL('cli.mjs', import.meta.url));
const run = (args, input) => spawnSync(process.execPath, [cli, ...args], { input, encoding: 'utf8' });

test('words have apostrophes, hyphens and letters of any language', () => {
  assert.deepEqual(wordsOf('Don’t stop: l’été, well-known – 42!'), ['Don’t', 'stop', 'l’été', 'well-known', '42']);
});

test('a line end at the end begins no line', () => {
  assert.deepEqual(linesOf('one\r\ntwo\n'), ['one', 'two']);
  assert.deepEqual(linesOf(''), []);
});

test('count counts what is piped in', () => {
  const [counts] = JSON.parse(run(['count', '--json'], 'one two\nthree').stdout);
  assert.deepEqual(counts, { name: '-', lines: 2, words: 3, characters: 13 });
});

test('an unknown option ends with 2 and says which', () => {
  const { status, stderr } = run(['count', '--loud'], '');
  assert.equal(status, 2);
  assert.match(stderr, /--loud/);
});
