import type { RunUntil } from '@builder-ai/contracts/task';
import type { Tx } from '@builder-ai/platform/database';
import type { Deps } from '../deps.ts';
import { addCommand, type Command, isBeingCancelled } from './command.ts';
import type { RunState } from './run.ts';
import { lockRunState, readyForJob } from './run-store.ts';

type Context = { deps: Deps; tx: Tx; event: { subject: string } };
type JobOf = { job_id: string; until: RunUntil };

/**
 * The run goes on with a new job. One that is being cancelled has that job ended by its cancellation: two users, or one in a
 * hurry, may have asked for both.
 * @throws Error when it is in none of these states, which task-service would not have let happen
 */
export async function goOn(
  { deps, tx, event }: Context,
  command: Command,
  job: JobOf,
  from: readonly RunState[],
): Promise<void> {
  const state = await lockRunState(tx, event.subject);
  if (state === 'ready' || (state === 'ended' && !from.includes(state))) return;
  if (state === 'running' && (await isBeingCancelled(tx, event.subject))) return;
  if (state === undefined || !from.includes(state))
    throw new Error(`${command.kind} came while the run is ${state ?? 'unknown'}.`);
  await addCommand(tx, event.subject, command);
  await readyForJob(tx, event.subject, job.job_id, job.until);
  tx.afterCommit(() => deps.wakeWorker());
}
