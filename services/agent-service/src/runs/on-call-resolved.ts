import { type CallResolved, callResolved } from '@builder-ai/contracts/events/call-resolved';
import { onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { addCommand } from './command.ts';
import { lockRunState, readyForJob } from './run-store.ts';

/** Keeps the decision for whoever goes on with the run, and makes the run ready for that. */
export const onCallResolved = onEvent<Deps, CallResolved>(callResolved, async ({ deps, tx, event, data }) => {
  const state = await lockRunState(tx, event.subject);
  if (state !== 'idle') throw new Error(`A call was resolved while the run is ${state ?? 'unknown'}.`);
  await addCommand(tx, event.subject, { kind: 'call.resolved', data });
  await readyForJob(tx, event.subject, data.job_id, data.until);
  tx.afterCommit(() => deps.wakeWorker());
});
