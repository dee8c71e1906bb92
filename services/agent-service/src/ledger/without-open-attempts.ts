// What a fork does not take along of its parent's calls.
import type { RunProgress } from './run-progress.ts';

type Calls = RunProgress['calls'];

/** What its parent was asking a provider at that moment is the parent's: a fork neither waits for it nor pays for it. */
export function withoutOpenAttempts(calls: Calls): Calls {
  return Object.fromEntries(
    Object.entries(calls).map(([id, call]) => [id, call.kind === 'model' ? { ...call, open: null } : call]),
  );
}
