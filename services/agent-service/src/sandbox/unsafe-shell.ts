// Commands without a sandbox, for machines that have none and users who want it so: they can do whatever this process can.
// Our environment is kept from them, their time and output are bounded, and that is all.
import { inProcessThread } from '../processes/in-process-thread.ts';
import type { Sandbox } from './sandbox.ts';
import { AWAIT_COMMAND } from './started-sandbox.ts';

const FIRST_PROCESS = `${AWAIT_COMMAND}
cd "$1" || exit 126
PATH="\${2%/*}:/usr/local/bin:/usr/bin:/bin" HOME="$1" LANG=C.UTF-8 TERM=dumb
export PATH HOME LANG TERM
exec /bin/sh -c "$command" < /dev/null 2>&1`;

export function newUnsafeShell(): Sandbox {
  return {
    name: 'unsafe',
    run(command, { signal, onOutput, ...limits }) {
      const argv = ['/bin/sh', '-c', FIRST_PROCESS, 'sh', limits.directory, process.execPath];
      const run = { command, start: { argv, files: [] }, ...limits, expectMore: false };
      return inProcessThread('runToEnd', run, signal, onOutput);
    },
  };
}
