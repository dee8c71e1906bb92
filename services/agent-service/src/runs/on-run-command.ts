// What users want of a run that is there already: a row for the run's owner, and a run that is nobody's is made ready.
import { messagePosted } from '@builder-ai/contracts/events/message-posted';
import { type PlanApproved, planApproved } from '@builder-ai/contracts/events/plan-approved';
import { type QuestionAnswered, questionAnswered } from '@builder-ai/contracts/events/question-answered';
import { runCancelRequested } from '@builder-ai/contracts/events/run-cancel-requested';
import { runPauseRequested } from '@builder-ai/contracts/events/run-pause-requested';
import { type RunRetryRequested, runRetryRequested } from '@builder-ai/contracts/events/run-retry-requested';
import { onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { addCommand } from './command.ts';
import { goOn } from './go-on.ts';
import { lockRunState, readyForCommand } from './run-store.ts';

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
