// The tests that a built project brings along have to be there, and to pass.
import { type Check, readManifest } from './check-report.ts';
import { explained, runProgram } from './started-program.ts';

export function checkOwnTests(check: Check, path: string): void {
  check.ok(readManifest(check).scripts?.test === 'node --test', 'npm test runs the tests');
  const ran = runProgram(check.directory, ['--test', '--test-reporter=tap', path]);
  // A file without a test counts as one that passes.
  const passed = Number(ran.output.match(/^# pass (\d+)$/m)?.[1] ?? 0);
  check.ok(ran.code === 0 && passed >= 2, explained(`its own ${passed} tests pass`, ran));
}
