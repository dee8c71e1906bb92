// Runs commands in bubblewrap: the workspace to write in, the system to read, no network, no home, nothing of our
// environment, limits on processes, memory, time and output, and an end of everything when the command or we end.
import { spawn } from 'node:child_process';
import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox, SandboxCommand, SandboxResult } from './sandbox.ts';

const LIMITS = ['--as=4294967296', '--cpu=600', '--nproc=256', '--fsize=1073741824', '--nofile=1024', '--core=0'];
const TMP_BYTES = String(256 * 1024 * 1024);
const HOME_BYTES = String(64 * 1024 * 1024);

/** Root is free of the limit on processes, so its commands run as a user that owns nothing else. */
const UNPRIVILEGED_ID = 64_123;

// As root: the workspace may lie where that user cannot go, so it is mounted where it can, for this command alone.
const AS_USER = `/usr/bin/chown -RhP ${UNPRIVILEGED_ID}:${UNPRIVILEGED_ID} "$0" && /usr/bin/mount --bind "$0" /mnt \\
  && cd / && exec /usr/bin/setpriv --reuid=${UNPRIVILEGED_ID} --regid=${UNPRIVILEGED_ID} --clear-groups -- "$@"`;

export function newBubblewrap(isRoot = process.getuid?.() === 0): Sandbox {
  return {
    name: 'bubblewrap',
    async run(command, options) {
      // The mount point of an empty, read-only .git: what a command writes there is nobody's repository.
      const git = join(options.directory, '.git');
      await mkdir(git, { recursive: true });
      const argv = isRoot
        ? [
            ...['/usr/bin/unshare', '--mount', '--propagation', 'private', '/bin/sh', '-c', AS_USER, options.directory],
            ...bubblewrapArgs('/mnt', command),
          ]
        : bubblewrapArgs(options.directory, command);
      try {
        options.signal.throwIfAborted();
        return await runToEnd(argv, options);
      } finally {
        await rmdir(git).catch(() => {});
      }
    },
  };
}

function bubblewrapArgs(directory: string, command: string): string[] {
  return [
    '/usr/bin/bwrap',
    ...['--unshare-user', '--unshare-all', '--disable-userns', '--die-with-parent', '--new-session'],
    ...['--cap-drop', 'ALL', '--hostname', 'sandbox'],
    ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/sbin', '/sbin'],
    ...['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64', '--dir', '/etc'],
    ...['/etc/alternatives', '/etc/ld.so.cache', '/etc/ssl', '/etc/passwd', '/etc/group'].flatMap((path) => [
      '--ro-bind-try',
      path,
      path,
    ]),
    ...['--proc', '/proc', '--dev', '/dev', '--size', TMP_BYTES, '--tmpfs', '/tmp'],
    ...['--size', HOME_BYTES, '--tmpfs', '/home', '--dir', '/home/agent'],
    ...['--bind', directory, '/workspace', '--tmpfs', '/workspace/.git', '--remount-ro', '/workspace/.git'],
    ...['--remount-ro', '/', '--chdir', '/workspace', '--clearenv'],
    ...['--setenv', 'PATH', '/usr/local/bin:/usr/bin:/bin', '--setenv', 'HOME', '/home/agent'],
    ...['--setenv', 'TMPDIR', '/tmp', '--setenv', 'LANG', 'C.UTF-8'],
    ...['--', '/usr/bin/prlimit', ...LIMITS, '--', '/bin/sh', '-c', command],
  ];
}

function runToEnd(argv: string[], options: SandboxCommand): Promise<SandboxResult> {
  const [program, ...args] = argv as [string, ...string[]];
  return new Promise((resolve, reject) => {
    // An empty environment: bubblewrap's own process can be seen from inside, as /proc/1.
    const child = spawn(program, args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const output = boundedOutput(options.maxOutputBytes);
    child.stdout.on('data', output.add);
    child.stderr.on('data', output.add);
    let timedOut = false;
    const endGroup = () => {
      try {
        process.kill(-(child.pid as number), 'SIGKILL');
      } catch {
        // The group has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup();
    }, options.timeoutMs);
    options.signal.addEventListener('abort', endGroup, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', endGroup);
      if (options.signal.aborted) reject(options.signal.reason);
      else resolve({ code, output: output.text(), timedOut, truncated: output.truncated() });
    });
  });
}

/** Keeps the beginning; what comes after is counted, not kept. */
function boundedOutput(maxBytes: number) {
  const chunks: Buffer[] = [];
  let kept = 0;
  let left = 0;
  return {
    add(chunk: Buffer): void {
      const part = chunk.subarray(0, maxBytes - kept);
      kept += part.length;
      left += chunk.length - part.length;
      if (part.length > 0) chunks.push(part);
    },
    truncated: () => left > 0,
    text(): string {
      const text = Buffer.concat(chunks).toString('utf8');
      return left > 0 ? `${text}\n… ${left} bytes left out …` : text;
    },
  };
}
