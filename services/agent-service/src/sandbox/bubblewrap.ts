// Runs commands in bubblewrap: the workspace to write in, the system to read, no network, no home, nothing of our
// environment, limits on processes, memory, time and output, and an end of everything when the command or we end.
import { basename, dirname, join } from 'node:path';
import { inProcessThread } from '../processes/in-process-thread.ts';
import type { Sandbox } from './sandbox.ts';
import { AWAIT_COMMAND } from './started-sandbox.ts';

const MIB = 1024 * 1024;

/** For each process. Memory is what it may write to: limiting addresses instead would break WebAssembly in Node. */
const LIMITS = [
  `--data=${4096 * MIB}`,
  `--fsize=${1024 * MIB}`,
  '--cpu=600',
  '--nproc=512',
  '--nofile=4096',
  '--core=0',
];

/** Root is free of the limit on processes, so its commands run as a user that owns nothing else. */
const UNPRIVILEGED_ID = 61_123;

/** Who the command is, inside; and the machine's only names. */
const FILES = {
  '/etc/passwd': 'agent:x:1000:1000:agent:/home/agent:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  '/etc/group': 'agent:x:1000:\nnogroup:x:65534:\n',
  '/etc/hosts': '127.0.0.1 localhost sandbox\n::1 localhost\n',
};

/** The sandbox's first process: its end is the end of all that the command started. It has the limits already. */
const FIRST_PROCESS = `${AWAIT_COMMAND}
echo 1000 > /proc/self/oom_score_adj; shell=/bin/sh; [ -x /bin/bash ] && shell=/bin/bash
$shell -c "$command" < /dev/null 2>&1`;

/**
 * As root: what is needed may lie where that user cannot go, so it is mounted where it can, for this command alone: on
 * directories that every system has, and that are not those inside. Each program that is not started is a millisecond.
 */
const AS_USER = `id=${UNPRIVILEGED_ID}
mount --bind "$1" /mnt && mount --bind "$2" /tmp && cd / && shift 2 \
  && exec setpriv --reuid=$id --regid=$id --clear-groups -- "$@"`;

export function newBubblewrap(isRoot = process.getuid?.() === 0): Sandbox {
  return {
    name: 'bubblewrap',
    run(command, { signal, onOutput, ...limits }) {
      const { directory } = limits;
      const start = {
        argv: isRoot ? argvAsRoot(directory) : bubblewrapArgv({ workspace: directory, node: process.execPath }),
        files: Object.values(FILES),
        // For an empty, read-only .git: what a command writes there is nobody's repository.
        mountPoint: join(directory, '.git'),
      };
      const run = { command, start, ...limits, ...(isRoot && { owner: UNPRIVILEGED_ID }) };
      return inProcessThread('runToEnd', run, signal, onOutput);
    },
  };
}

function argvAsRoot(directory: string): string[] {
  const node = process.execPath;
  return [
    ...['/usr/bin/unshare', '--mount', '--propagation', 'private', '/bin/sh', '-c', AS_USER, 'sh'],
    ...[directory, dirname(node), ...bubblewrapArgv({ workspace: '/mnt', node: join('/tmp', basename(node)) })],
  ];
}

function bubblewrapArgv({ workspace, node }: { workspace: string; node: string }): string[] {
  const tmpfs = (path: string, mib: number) => ['--size', String(mib * MIB), '--tmpfs', path];
  const readOnly = (path: string) => ['--ro-bind-try', path, path];
  return [
    '/usr/bin/bwrap',
    ...['--unshare-user', '--unshare-all', '--disable-userns', '--die-with-parent', '--new-session', '--as-pid-1'],
    ...['--cap-drop', 'ALL', '--uid', '1000', '--gid', '1000', '--hostname', 'sandbox'],
    ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/sbin', '/sbin'],
    ...['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64', '--dir', '/etc'],
    ...['/etc/alternatives', '/etc/ld.so.cache', '/etc/ssl', '/etc/localtime'].flatMap(readOnly),
    // As open files, the first after standard error.
    ...Object.keys(FILES).flatMap((path, index) => ['--perms', '0644', '--ro-bind-data', String(3 + index), path]),
    // The Node that runs us: the system may have none, or one that is not below /usr.
    ...['--ro-bind', node, '/opt/node/bin/node'],
    ...['--proc', '/proc', '--dev', '/dev', ...tmpfs('/dev/shm', 64), '--remount-ro', '/dev'],
    ...[...tmpfs('/tmp', 256), ...tmpfs('/home', 64), '--dir', '/home/agent'],
    ...['--bind', workspace, '/workspace', ...tmpfs('/workspace/.git', 1), '--remount-ro', '/workspace/.git'],
    ...['--remount-ro', '/', '--chdir', '/workspace', '--clearenv', '--setenv', 'HOME', '/home/agent'],
    ...['--setenv', 'PATH', '/opt/node/bin:/usr/local/bin:/usr/bin:/bin', '--setenv', 'USER', 'agent'],
    ...['--setenv', 'TMPDIR', '/tmp', '--setenv', 'LANG', 'C.UTF-8', '--setenv', 'TERM', 'dumb'],
    ...['--', '/usr/bin/nice', '-n', '10', '/usr/bin/prlimit', ...LIMITS, '--', '/bin/sh', '-c', FIRST_PROCESS],
  ];
}
