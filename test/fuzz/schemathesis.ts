// Where schemathesis is (https://schemathesis.io, MIT): installed once from PyPI into a cache folder of the user's, every
// package of it in the version, and with the hash, that requirements.txt names.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));

const INSTALL_LIMIT_MS = 240_000;

/** @throws Error that says what is missing */
export async function findSchemathesis(): Promise<string> {
  const version = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const home = join(caches, 'builder-ai', `schemathesis-${version}`);
  const program = join(home, 'bin/schemathesis');
  // Written last: a folder without it is of an installation that was cut off.
  const mark = join(home, 'complete');
  if (existsSync(mark)) return program;
  await mkdir(home, { recursive: true });
  rmSync(mark, { force: true });
  const step = async (what: string, file: string, args: string[]) => {
    await run(file, args, { timeout: INSTALL_LIMIT_MS, maxBuffer: 1e8 }).catch((error: Error & { stderr?: string }) => {
      throw new Error(`schemathesis is not there: ${what} (${(error.stderr || error.message).trim().slice(-300)})`);
    });
  };
  await step('it needs Python 3.10 or newer with venv', 'python3', ['-m', 'venv', '--clear', home]);
  const install = ['install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', REQUIREMENTS];
  await step('PyPI does not give it', join(home, 'bin/python'), ['-m', 'pip', ...install]);
  await run(program, ['--version']);
  writeFileSync(mark, '');
  return program;
}
