import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { withBuild } from './built-workspace.ts';
import { checkArgv } from './check-workspace.ts';
import { landingPage } from './landing-page/template.ts';

// It tells its process id and never answers, so that the check is killed while it waits.
const SILENT_SERVER = `import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
const server = createServer(() => writeFileSync('pid', String(process.pid)));
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
`;

test('a check that is killed leaves no server behind', async () => {
  await withBuild(landingPage, 'A landing page', async (directory) => {
    writeFileSync(join(directory, 'server.mjs'), SILENT_SERVER);
    const [program, ...args] = checkArgv(landingPage.name, directory) as [string, ...string[]];
    const check = spawn(program, args, { env: { PATH: process.env.PATH }, stdio: 'ignore' });
    const pidFile = join(directory, 'pid');
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await setTimeout(10);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    check.kill('SIGKILL');
    await once(check, 'exit');
    while (isAlive(pid)) await setTimeout(10);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
