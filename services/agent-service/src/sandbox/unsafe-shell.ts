// Commands without a sandbox, for machines that have none and users who want it so: they can do whatever this process can.
// Our environment is kept from them, their time and output are bounded, and that is all.
import { inProcessThread } from '../processes/in-process-thread.ts';
import type { Sandbox } from './sandbox.ts';

const FIRST_PROCESS = `echo ready >&2; read -r go || exit 125
cd "$1" || exit 126
PATH="\${2%/*}:/usr/local/bin:/usr/bin:/bin" HOME="$1" LANG=C.UTF-8 TERM=dumb
export PATH HOME LANG TERM
exec /bin/sh -c "$0" < /dev/null 2>&1`;

export function newUnsafeShell(): Sandbox {
  return {
    name: 'unsafe',
    run(command, { directory, signal, onOutput, ...limits }) {
      const argv = ['/bin/sh', '-c', FIRST_PROCESS, command, directory, process.execPath];
      return inProcessThread('runToEnd', { argv, files: [], ...limits }, signal, onOutput);
    },
  };
}
