// One test file, run by Jest in a tree: the names of its tests that passed and failed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export type Outcome = { passed: string[]; failed: string[]; output: string };

/** A file that takes longer hangs: none of its tests can be said to have failed. */
const LIMIT_MS = 240_000;

/** @param only a part of the names of the tests that are run; without it all are */
export async function runTestFile(
  root: string,
  { file, project = 'integration' }: { file: string; project?: string },
  only?: string,
): Promise<Outcome> {
  const report = join(root, 'mutation-report.json');
  rmSync(report, { force: true });
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  // What a mutation leaves open keeps no process: its tests have said what they have to say.
  const jest = ['--selectProjects', project, '--forceExit', '--json', `--outputFile=${report}`];
  const chosen = only === undefined ? [] : [`--testNamePattern=${RegExp.escape(only)}`];
  const output = await run(root, [...args, ...jest, ...chosen, '--', file]);
  if (!existsSync(report)) return { passed: [], failed: [], output };
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { assertionResults: { status: string; fullName: string }[] }[];
  };
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const named = (status: string) => all.filter((test) => test.status === status).map(({ fullName }) => fullName);
  return { passed: named('passed'), failed: named('failed'), output };
}

function run(cwd: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // A group of its own: with Jest end its workers and the servers that it has started.
    const child = spawn(process.execPath, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), LIMIT_MS);
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(output);
    });
  });
}
