import { randomBytes } from 'node:crypto';
import { type RunRequested, runRequested } from '@builder-ai/contracts/events/run-requested';
import { onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { isBeingCancelled } from './command.ts';
import { makeReady } from './run-store.ts';
import { tellDefaultCap } from './tell-default-cap.ts';

/** Makes the run ready; a worker claims it after the commit. No long work happens here. */
export const onRunRequested = onEvent<Deps, RunRequested>(runRequested, async ({ deps, tx, event, data }) => {
  const before = await makeReady(tx, event.subject, data, randomBytes(24).toString('base64url'), deps.taskCap);
  if (before === 'new') await tellDefaultCap(deps, tx, event.subject, data.cap_micro_usd);
  // One that was cancelled meanwhile, or is about to be, ends the job it was requested with.
  if (before === 'ended' || (before === 'running' && (await isBeingCancelled(tx, event.subject)))) return;
  if (before === 'running') throw new Error('A run was requested while it is running.');
  tx.afterCommit(() => deps.wakeWorker());
});
