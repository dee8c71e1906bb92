// Uses a built hello-world script: runs it.
import { checkReadme, runCheck, startFile } from '../check-report.ts';
import { runProgram } from '../started-program.ts';
import { helloWorld } from './template.ts';

await runCheck(helloWorld, async (check) => {
  checkReadme(check, 'node hello.mjs');
  const file = startFile(check);
  check.ok(runProgram(check.directory, [file]).output === 'Hello, world!\n', 'it greets the world');
  check.ok(runProgram(check.directory, [file, 'Ada']).output === 'Hello, Ada!\n', 'it greets whom it is told to');
});
