// Uses a built project skeleton: runs it and its tests, reads its documents.

import { checkOwnTests } from '../check-own-tests.ts';
import { checkPage, comesFromGoal } from '../check-page.ts';
import { checkReadme, runCheck, startFile } from '../check-report.ts';
import { explained, runProgram } from '../started-program.ts';
import { projectSkeleton } from './template.ts';

await runCheck(projectSkeleton, async (check) => {
  const goal = checkReadme(
    check,
    'npm start',
    'npm test',
    ...projectSkeleton.paths.filter((path) => path !== 'README.md'),
  );
  const page = checkPage(check, 'index.html');
  const heading = page.querySelector('h1')?.textContent ?? '';
  check.ok(comesFromGoal(heading, goal), `the heading is of the goal: ${heading}`);
  check.ok(/^# .+\n[\s\S]*^## /m.test(check.read('docs/decisions.md')), 'docs/decisions.md has a first decision');
  const items = check.read('docs/plan.md').match(/^- \[[ x]\] .+$/gm) ?? [];
  check.ok(items.length >= 3, `docs/plan.md has ${items.length} things to do`);

  const program = runProgram(check.directory, [startFile(check)]);
  check.ok(program.code === 0 && program.output.includes(heading), explained('npm start tells the name', program));
  const open = items.filter((item) => item.startsWith('- [ ]')).map((item) => item.slice('- [ ] '.length));
  check.ok(open.length > 0 && open.every((item) => program.output.includes(item)), 'and what is open in the plan');
  checkOwnTests(check, 'test/plan.test.mjs');
});
