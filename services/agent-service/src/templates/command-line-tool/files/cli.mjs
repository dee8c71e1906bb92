#!/usr/bin/env node
// Reads the arguments and runs a command: node cli.mjs <command> [options] [file …]
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { count } from './commands/count.mjs';
import { find } from './commands/find.mjs';
import { top } from './commands/top.mjs';
import { UserError } from './text.mjs';

const commands = { count, top, find };
const { name, version, description } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));

const help = `${name}: ${description}

${Object.values(commands)
  .map(({ usage, summary }) => `  ${usage.padEnd(26)} ${summary}`)
  .join('\n')}

  --help                     this text
  --version                  ${version}

Without a file, or for -, the text is what is piped in.`;

async function main([first, ...rest]) {
  if (first === '--help' || first === '-h') return print(help);
  if (first === '--version') return print(version);
  if (!first) throw new UserError(`no command was given\n\n${help}`);
  if (!Object.hasOwn(commands, first)) throw new UserError(`${first} is not a command; --help lists them`);
  const { options, run } = commands[first];
  const { values, positionals } = parse(rest, options);
  process.exitCode = await run({ values, files: positionals, print });
}

function parse(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UserError(error.message);
  }
}

function print(line) {
  process.stdout.write(`${line}\n`);
}

// A reader that has seen enough, such as `head`, closes the pipe: that is no fault.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 2));

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${name}: ${error.message}\n`);
  process.exitCode = 2;
}
