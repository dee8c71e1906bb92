#!/usr/bin/env node
// Counts lines, words and characters of files or of standard input.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { count } from './count.mjs';

const HELP = `Usage: node cli.mjs [options] [file …]

Counts lines, words and characters; without a file it reads standard input.

  --json   print JSON
  --help   print this
`;

function print(name, result, asJson) {
  if (asJson) console.log(JSON.stringify({ file: name, ...result }));
  else
    console.log(
      `${result.lines} lines, ${result.words} words, ${result.characters} characters${name ? `  ${name}` : ''}`,
    );
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) return console.log(HELP);
  if (positionals.length === 0) return print(null, count(await text(process.stdin)), values.json);
  for (const file of positionals) {
    try {
      print(file, count(await readFile(file, 'utf8')), values.json);
    } catch (error) {
      console.error(`${file}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`);
      process.exitCode = 1;
    }
  }
}

main().catch((error) => {
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
});
