import type { EventConsumer } from '@builder-ai/platform/inbox';
import type { Deps } from './deps.ts';
import { onProjectDeleted, onUserDeleted } from './owners/on-owner-deleted.ts';
import { onBudgetApplied } from './tasks/on-budget-applied.ts';
import { onFileChanged } from './tasks/on-file-changed.ts';
import { onLogAdded } from './tasks/on-log-added.ts';
import { onMessageAdded } from './tasks/on-message-added.ts';
import { onPlanCreated } from './tasks/on-plan-created.ts';
import { onPlanUpdated } from './tasks/on-plan-updated.ts';
import { onReviewGiven } from './tasks/on-review-given.ts';
import { onRunCancelled } from './tasks/on-run-cancelled.ts';
import { onRunCompleted } from './tasks/on-run-completed.ts';
import { onRunFailed } from './tasks/on-run-failed.ts';
import { onRunResumed } from './tasks/on-run-resumed.ts';
import { onRunRetried } from './tasks/on-run-retried.ts';
import { onRunStarted } from './tasks/on-run-started.ts';
import { onRunWaiting } from './tasks/on-run-waiting.ts';
import { onStepCompleted } from './tasks/on-step-completed.ts';
import { onStepFailed } from './tasks/on-step-failed.ts';
import { onStepStarted } from './tasks/on-step-started.ts';
import { taskRequestConsumers } from './tasks/on-task-requests.ts';
import { onToolCalled } from './tasks/on-tool-called.ts';
import { onToolFinished } from './tasks/on-tool-finished.ts';
import { onUsageRecorded } from './tasks/on-usage-recorded.ts';

/** Every event this service consumes. */
export const eventConsumers: readonly EventConsumer<Deps>[] = [
  onRunStarted,
  onRunResumed,
  onPlanCreated,
  onStepStarted,
  onStepCompleted,
  onStepFailed,
  onLogAdded,
  onMessageAdded,
  onToolCalled,
  onToolFinished,
  onFileChanged,
  onUsageRecorded,
  onRunWaiting,
  onRunCompleted,
  onRunFailed,
  onRunCancelled,
  onRunRetried,
  onPlanUpdated,
  onReviewGiven,
  onBudgetApplied,
  onProjectDeleted,
  onUserDeleted,
  ...taskRequestConsumers,
];
