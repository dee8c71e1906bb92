import type { EventConsumer } from '@builder-ai/platform/inbox';
import { onProjectDeleted, onUserDeleted } from './deletion/on-owner-deleted.ts';
import { onTaskDeleted } from './deletion/on-task-deleted.ts';
import type { Deps } from './deps.ts';
import { onBudgetChanged } from './runs/on-budget-changed.ts';
import { onCallResolved } from './runs/on-call-resolved.ts';
import {
  onMessagePosted,
  onPlanApproved,
  onQuestionAnswered,
  onRunCancelRequested,
  onRunPauseRequested,
  onRunRetryRequested,
} from './runs/on-run-command.ts';
import { onRunRequested } from './runs/on-run-requested.ts';
import { onTaskForked } from './runs/on-task-forked.ts';

/** Every event this service consumes. */
export const eventConsumers: readonly EventConsumer<Deps>[] = [
  onRunRequested,
  onRunCancelRequested,
  onRunPauseRequested,
  onRunRetryRequested,
  onMessagePosted,
  onQuestionAnswered,
  onPlanApproved,
  onBudgetChanged,
  onCallResolved,
  onTaskForked,
  onTaskDeleted,
  onProjectDeleted,
  onUserDeleted,
];
