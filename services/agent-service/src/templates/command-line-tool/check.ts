// Uses a built command-line tool: on files, on standard input, and in wrong ways.
import { checkReadme, runCheck, startFile } from '../check-report.ts';
import { runProgram } from '../started-program.ts';
import { commandLineTool } from './template.ts';

await runCheck(commandLineTool, async (check) => {
  checkReadme(check, 'node cli.mjs', '--json');
  const file = startFile(check);
  const { bin } = JSON.parse(check.read('package.json'));
  check.ok(bin === `./${file}`, 'the package names it as its program');
  const tool = (args: string[], input = '') => runProgram(check.directory, [file, ...args], input);
  check.ok(tool([], 'one two\nTwo\n').output.trim() === '2 lines, 3 words, 12 characters', 'it counts standard input');
  const json = JSON.parse(tool(['--json'], 'a b b').output);
  check.ok(json.words === 3 && json.most_frequent === 'b', 'it prints JSON');
  const readme = tool(['README.md']);
  const words = check.read('README.md').match(/[\p{L}\p{N}'’-]+/gu)?.length;
  check.ok(readme.code === 0 && readme.output.includes(` ${words} words`), 'it counts a file');
  check.ok(tool(['--help']).output.startsWith('Usage:'), 'it helps');
  check.ok(tool(['nothing.txt']).code === 1, 'a file that is not there ends with 1');
  const wrong = tool(['--wrong']);
  check.ok(wrong.code === 2 && wrong.errors.includes('Usage:'), 'an unknown option ends with 2 and the help');
});
