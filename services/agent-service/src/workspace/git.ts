// Calls git on a repository of ours, so that nothing in a workspace or on the machine can change what it does.
import { spawn } from 'node:child_process';

export class GitError extends Error {}

export type GitOptions = { gitDir: string; workTree?: string; indexFile?: string; input?: string };

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
  return toEnd(spawnGit(args, options), args[0] as string, options.input);
}

/**
 * Runs several git commands as a shell script: starting a process from a large one like ours costs more than git itself.
 * @param args the script's `$1`, `$2`, …; nothing is ever put into its text
 * @throws GitError with git's own words
 */
export function gitScript(script: string, args: string[], options: GitOptions): Promise<Buffer> {
  return toEnd(start('/bin/sh', ['-e', '-c', script, 'sh', ...args], options), 'script', options.input);
}

/** Starts a git command whose output is to be streamed. */
export function spawnGit(args: string[], options: GitOptions) {
  return start('git', args, options);
}

function start(program: string, args: string[], options: GitOptions) {
  return spawn(program, args, {
    cwd: options.workTree ?? options.gitDir,
    stdio: ['pipe', 'pipe', 'pipe'],
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
    },
  });
}

function toEnd(child: ReturnType<typeof start>, name: string, input = ''): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < 4_000) errors += chunk.toString('utf8');
    });
    child.on('error', (error) => reject(new GitError(`git could not be started: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output));
      else reject(new GitError(`git ${name} failed: ${errors.trim()}`));
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
