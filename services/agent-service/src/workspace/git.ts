// Calls git on a repository of ours, so that nothing in a workspace or on the machine can change what it does.
import { spawn } from 'node:child_process';
import { inProcessThread } from '../processes/in-process-thread.ts';
import type { ProgramStart } from '../processes/run-program.ts';

export class GitError extends Error {}

export type GitOptions = {
  gitDir: string;
  workTree?: string;
  indexFile?: string;
  /** Another repository whose objects may be read as well, for this command only. */
  alsoRead?: string;
  input?: string;
};

// Hooks, user configuration, filters and prompts are off; objects reach the disk before the row that names them.
const FIXED = Object.entries({
  'core.hooksPath': '/dev/null',
  'core.fsync': 'loose-object,reference',
  'core.fsyncMethod': 'fsync',
  'gc.auto': '0',
  'core.autocrlf': 'false',
  'core.fileMode': 'true',
  'core.symlinks': 'true',
  'core.quotePath': 'false',
  'core.excludesFile': '/dev/null',
  'core.attributesFile': '/dev/null',
});

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Builder AI',
  GIT_AUTHOR_EMAIL: 'builder@localhost',
  GIT_COMMITTER_NAME: 'Builder AI',
  GIT_COMMITTER_EMAIL: 'builder@localhost',
};

/**
 * Runs one git command and returns what it prints, untrimmed.
 * @throws GitError with git's own words
 */
export function git(args: string[], options: GitOptions): Promise<Buffer> {
  return toEnd(toStart('git', args, options), args[0] as string);
}

/**
 * Runs several git commands as a shell script: starting a process from a large one like ours costs more than git itself.
 * @param args the script's `$1`, `$2`, …; nothing is ever put into its text
 * @throws GitError with git's own words
 */
export function gitScript(script: string, args: string[], options: GitOptions): Promise<Buffer> {
  return toEnd(toStart('/bin/sh', ['-e', '-c', script, 'sh', ...args], options), 'script');
}

/** Starts a git command whose output is to be streamed. */
export function spawnGit(args: string[], options: GitOptions) {
  const { program, cwd, env } = toStart('git', args, options);
  return spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
}

function toStart(program: string, args: string[], options: GitOptions): ProgramStart {
  return {
    program,
    args,
    cwd: options.workTree ?? options.gitDir,
    input: options.input ?? '',
    env: {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      HOME: '/nonexistent',
      GIT_DIR: options.gitDir,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_COUNT: String(FIXED.length),
      ...Object.fromEntries(
        FIXED.flatMap(([key, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, key],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      ...IDENTITY,
      ...(options.workTree && { GIT_WORK_TREE: options.workTree }),
      ...(options.indexFile && { GIT_INDEX_FILE: options.indexFile }),
      ...(options.alsoRead && { GIT_ALTERNATE_OBJECT_DIRECTORIES: `${options.alsoRead}/objects` }),
    },
  };
}

async function toEnd(start: ProgramStart, name: string): Promise<Buffer> {
  const { code, output, errors } = await inProcessThread('runProgram', start).catch((error: Error) => {
    throw new GitError(`git could not be started: ${error.message}`);
  });
  if (code !== 0) throw new GitError(`git ${name} failed: ${errors.trim()}`);
  return Buffer.from(output.buffer, output.byteOffset, output.byteLength);
}
