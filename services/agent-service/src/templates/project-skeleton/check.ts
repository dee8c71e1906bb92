// Uses a built project skeleton: runs its program and its test, follows the links of its README.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkReadme, runCheck, startFile } from '../check-report.ts';
import { runProgram } from '../started-program.ts';
import { projectSkeleton } from './template.ts';

await runCheck(projectSkeleton, async (check) => {
  checkReadme(check, 'npm start', 'npm test', 'docs/plan.md');
  const links = [...check.read('README.md').matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] as string);
  for (const link of links) check.ok(existsSync(join(check.directory, link)), `${link} is there`);
  const main = runProgram(check.directory, [startFile(check)]);
  check.ok(
    main.code === 0 && /^Goal: ./m.test(main.output) && main.output.includes('Next: say who'),
    'the program runs and says its goal',
  );
  const { scripts } = JSON.parse(check.read('package.json'));
  const test = runProgram(check.directory, (scripts.test as string).split(' ').slice(1));
  check.ok(test.code === 0 && /^# pass 2$|pass 2$/m.test(test.output), 'its test passes');
});
