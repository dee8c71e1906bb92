import type { Check } from '@builder-ai/platform/health';
import type { Sandbox } from './sandbox.ts';

/** How commands of agents are run: `bubblewrap`, `unsafe` (as this process itself), or `off`. Only the first is well. */
export function sandboxCheck(sandbox: Sandbox | null): Check {
  const name = commandsOf(sandbox);
  return {
    name: 'sandbox',
    run: async () => ({ status: name === 'unsafe' ? 'warning' : 'healthy', commands: name }),
  };
}

/** The name of where commands run. */
export const commandsOf = (sandbox: Sandbox | null): string => sandbox?.name ?? 'off';
