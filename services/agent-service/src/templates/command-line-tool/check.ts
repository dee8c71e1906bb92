// Uses a built command-line tool: runs every command on files and on piped text, and what it has to refuse.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOwnTests } from '../check-own-tests.ts';
import { checkReadme, readManifest, runCheck } from '../check-report.ts';
import { explained, runProgram } from '../started-program.ts';
import { commandLineTool } from './template.ts';

const TEXT = 'The cat saw the dog.\nDer Hund sah die Katze – schön!\n\nThe end\n';

await runCheck(commandLineTool, async (check) => {
  checkReadme(check, 'node cli.mjs', 'npm test', 'count', 'top', 'find');
  const { bin, name } = readManifest(check);
  const file = Object.values(bin ?? {})[0] ?? '';
  check.ok(check.has(file) && check.read(file).startsWith('#!'), `package.json installs ${file} as ${name}`);
  checkOwnTests(check, 'cli.test.mjs');

  const run = (args: string[], input = '') => runProgram(check.directory, [file, ...args], input);
  const data = mkdtempSync(join(tmpdir(), 'builder-check-'));
  try {
    const path = join(data, 'some text.txt');
    writeFileSync(path, TEXT);

    const counted = run(['count', path]);
    check.ok(/\b4\b.*\b13\b/.test(counted.output), explained('count gives the lines and words of a file', counted));
    const json = run(['count', '--json'], TEXT);
    const numbers = JSON.parse(json.output)[0] as { lines: number; words: number; characters: number };
    check.ok(
      numbers.lines === 4 && numbers.words === 13 && numbers.characters === [...TEXT].length,
      'count --json gives the numbers of piped text',
    );
    const top = run(['top', '-n', '1', path]);
    check.ok(/^\s*3\s+the\n$/.test(top.output), explained('top gives the most frequent word', top));
    const found = run(['find', 'KATZE', path]);
    check.ok(
      found.output === '2: Der Hund sah die Katze – schön!\n',
      explained('find gives lines with numbers', found),
    );
    check.ok(run(['find', 'bird'], TEXT).code === 1, 'find ends with 1 where there is nothing');

    const help = run(['--help']);
    check.ok(
      ['count', 'top', 'find'].every((word) => help.output.includes(word)),
      '--help lists the commands',
    );
    check.ok(run(['--version']).output.trim() === '1.0.0', '--version gives the version');
    for (const args of [[], ['dance'], ['count', '--loud'], ['top', '-n', '0'], ['find'], ['constructor']]) {
      const { code, errors } = run(args, TEXT);
      check.ok(code === 2 && errors.trim() !== '', `"${args.join(' ')}" is refused with 2 and a reason`);
    }
    const absent = run(['count', join(data, 'absent.txt')]);
    check.ok(absent.code === 2 && /absent\.txt/.test(absent.errors), 'a file that is not there is named');
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});
