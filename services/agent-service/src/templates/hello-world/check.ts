// Uses a built hello-world script: runs it.
import { checkReadme, runCheck, startFile } from '../check-report.ts';
import { explained, runProgram } from '../started-program.ts';
import { helloWorld } from './template.ts';

await runCheck(helloWorld, async (check) => {
  checkReadme(check, 'node hello.mjs', 'JavaScript');
  const file = startFile(check);
  const world = runProgram(check.directory, [file]);
  check.ok(world.output === 'Hello, world!\n', explained('it greets the world', world));
  const ada = runProgram(check.directory, [file, 'Ada']);
  check.ok(ada.output === 'Hello, Ada!\n', explained('it greets whom it is told to', ada));
});
