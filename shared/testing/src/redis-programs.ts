// The Redis server that tests start: the installed one, or Debian's, fetched once without installing it and kept for the user.
import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export type RedisProgram = { command: string; env: Record<string, string> };

const PACKAGE = 'redis-server';

const run = promisify(execFile);

/** @throws Error that says what to install where there is neither Redis nor Debian's packages */
export async function findRedisProgram(): Promise<RedisProgram> {
  const installed = { command: 'redis-server', env: {} };
  if (await works(installed)) return installed;
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'builder-ai');
  const kept = join(cache, 'redis');
  if (!(await works(programIn(kept)))) await fetchPackages(cache, kept);
  const fetched = programIn(kept);
  if (!(await works(fetched))) throw new Error(`Redis was fetched into ${kept}, but does not run here: install it.`);
  return fetched;
}

function programIn(directory: string): RedisProgram {
  const libraries = new Set(globSync('{lib,usr/lib}/**/*.so*', { cwd: directory }).map(dirname));
  const searched = [...libraries].map((path) => join(directory, path)).join(':');
  return { command: join(directory, 'usr/bin/redis-server'), env: { LD_LIBRARY_PATH: searched } };
}

const works = ({ command, env }: RedisProgram) =>
  run(command, ['--version'], { env: { PATH: process.env.PATH, ...env } }).then(
    () => true,
    () => false,
  );

/**
 * The server and those of its libraries that are not installed. Any user may do this, and no service is started by it. Under
 * another name until it is complete: two runs may fetch at once, and one that is killed leaves nothing half done.
 */
async function fetchPackages(cache: string, kept: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(`${kept}-`);
  try {
    // Lists of its own: the system's may be old or empty, and only root may renew them.
    for (const name of ['lists/partial', 'archives/partial']) mkdirSync(join(work, name), { recursive: true });
    const places = [
      '-o',
      `Dir::State::lists=${work}/lists`,
      '-o',
      `Dir::Cache=${work}`,
      '-o',
      'APT::Sandbox::User=root',
    ];
    const apt = (...args: string[]) => run('apt-get', [...places, ...args], { cwd: work });
    await apt('update');
    const { stdout } = await apt('install', '--simulate', '--no-install-recommends', PACKAGE);
    const missing = [...stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] as string);
    await apt('download', ...missing);
    const unpacked = join(work, 'unpacked');
    for (const file of globSync('*.deb', { cwd: work })) await run('dpkg-deb', ['-x', join(work, file), unpacked]);
    rmSync(kept, { recursive: true, force: true });
    renameSync(unpacked, kept);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`Redis is needed: install it (Debian: ${PACKAGE}).`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
