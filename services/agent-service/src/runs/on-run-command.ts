// What users want of a run that is there already: a row for the run's owner, and a run that is nobody's is made ready.
import { messagePosted } from '@builder-ai/contracts/events/message-posted';
import { type PlanApproved, planApproved } from '@builder-ai/contracts/events/plan-approved';
import { type QuestionAnswered, questionAnswered } from '@builder-ai/contracts/events/question-answered';
import { runCancelRequested } from '@builder-ai/contracts/events/run-cancel-requested';
import { runPauseRequested } from '@builder-ai/contracts/events/run-pause-requested';
import { type RunRetryRequested, runRetryRequested } from '@builder-ai/contracts/events/run-retry-requested';
import type { RunUntil } from '@builder-ai/contracts/task';
import type { Tx } from '@builder-ai/platform/database';
import { onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { addCommand, type Command } from './command.ts';
import type { RunState } from './run.ts';
import { lockRunState, readyForCommand, readyForJob } from './run-store.ts';

type JobOf = { job_id: string; until: RunUntil };

/** Ends the run wherever it is; one that has ended stays as it ended: only its owner here knows which came first. */
export const onRunCancelRequested = onEvent<Deps, { requested_by: string }>(
  runCancelRequested,
  async ({ deps, tx, event, data }) => {
    const state = await lockRunState(tx, event.subject);
    if (state === undefined || state === 'ended') return;
    await addCommand(tx, event.subject, { kind: 'run.cancel_requested', data });
    if (state === 'idle') await readyForCommand(tx, event.subject);
    tx.afterCommit(() => deps.wakeWorker());
  },
);

/** Stops a run that is driven; one that stands still is left alone. */
export const onRunPauseRequested = onEvent<Deps, { requested_by: string }>(
  runPauseRequested,
  async ({ deps, tx, event, data }) => {
    const state = await lockRunState(tx, event.subject);
    if (state !== 'running' && state !== 'ready') return;
    await addCommand(tx, event.subject, { kind: 'run.pause_requested', data });
    tx.afterCommit(() => deps.wakeWorker());
  },
);

/** Heard before the agents' next answer, whenever that is. */
export const onMessagePosted = onEvent<Deps, { content: string }>(messagePosted, async ({ deps, tx, event, data }) => {
  const state = await lockRunState(tx, event.subject);
  if (state === undefined) return;
  await addCommand(tx, event.subject, { kind: 'message.posted', data });
  tx.afterCommit(() => deps.wakeWorker());
});

export const onPlanApproved = onEvent<Deps, PlanApproved>(planApproved, (context) =>
  goOn(context, { kind: 'plan.approved', data: context.data }, context.data, ['idle']),
);

export const onQuestionAnswered = onEvent<Deps, QuestionAnswered>(questionAnswered, (context) =>
  goOn(context, { kind: 'question.answered', data: context.data }, context.data, ['idle']),
);

export const onRunRetryRequested = onEvent<Deps, RunRetryRequested>(runRetryRequested, (context) =>
  goOn(context, { kind: 'run.retry_requested', data: context.data }, context.data, ['idle', 'ended']),
);

type Context = { deps: Deps; tx: Tx; event: { subject: string } };

/** The run goes on with a new job. One that is being cancelled has that job ended by its cancellation. */
async function goOn(
  { deps, tx, event }: Context,
  command: Command,
  job: JobOf,
  from: readonly RunState[],
): Promise<void> {
  const state = await lockRunState(tx, event.subject);
  if (state === 'ready' || (state === 'ended' && !from.includes(state))) return;
  if (state === undefined || !from.includes(state))
    throw new Error(`${command.kind} came while the run is ${state ?? 'unknown'}.`);
  await addCommand(tx, event.subject, command);
  await readyForJob(tx, event.subject, job.job_id, job.until);
  tx.afterCommit(() => deps.wakeWorker());
}
