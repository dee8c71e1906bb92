import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

/** Runs Jest and counts; missing coverage counts as one failed test. */
export async function runJest({ root, node, results, projects, coverage, files }) {
  console.log(`\nTests (${projects.join(', ')})`);
  const report = join(results, `jest-${projects.join('-')}.json`);
  const args = [
    '--selectProjects',
    ...projects,
    '--json',
    `--outputFile=${report}`,
    ...(coverage ? ['--coverage'] : []),
    // Files that were asked for may all be of another project.
    ...(files.length > 0 ? ['--passWithNoTests'] : []),
  ];
  const code = await run(
    node,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/jest/bin/jest.js'),
      ...args,
      ...files,
    ],
    {
      cwd: root,
    },
  );
  if (!existsSync(report)) return { failed: 1 };
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const skipped = testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status === 'pending' || test.status === 'todo')
      .map((test) => test.fullName),
  );
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = numFailedTests + broken;
  if (code !== 0 && failed === 0) {
    console.log(
      numFailedTestSuites > 0 ? 'A test file failed.' : 'Coverage is below its threshold, or Jest itself failed.',
    );
    return { passed: numPassedTests, failed: 1, skipped };
  }
  return { passed: numPassedTests, failed, skipped };
}
