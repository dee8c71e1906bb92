import type { EventDefinition } from './event.ts';
import { budgetApplied } from './events/budget-applied.ts';
import { budgetChanged } from './events/budget-changed.ts';
import { callResolved } from './events/call-resolved.ts';
import { commandOutput } from './events/command-output.ts';
import { fileChanged } from './events/file-changed.ts';
import { keyRevoked } from './events/key-revoked.ts';
import { logAdded } from './events/log-added.ts';
import { membershipChanged } from './events/membership-changed.ts';
import { messageAdded } from './events/message-added.ts';
import { messageDelta } from './events/message-delta.ts';
import { messagePostRequested } from './events/message-post-requested.ts';
import { messagePosted } from './events/message-posted.ts';
import { planApproved } from './events/plan-approved.ts';
import { planCreated } from './events/plan-created.ts';
import { planUpdated } from './events/plan-updated.ts';
import { projectDeleted } from './events/project-deleted.ts';
import { questionAnswered } from './events/question-answered.ts';
import { reviewGiven } from './events/review-given.ts';
import { runCancelRequested } from './events/run-cancel-requested.ts';
import { runCancelled } from './events/run-cancelled.ts';
import { runCompleted } from './events/run-completed.ts';
import { runFailed } from './events/run-failed.ts';
import { runPauseRequested } from './events/run-pause-requested.ts';
import { runRequested } from './events/run-requested.ts';
import { runResumed } from './events/run-resumed.ts';
import { runRetried } from './events/run-retried.ts';
import { runRetryRequested } from './events/run-retry-requested.ts';
import { runStarted } from './events/run-started.ts';
import { runWaiting } from './events/run-waiting.ts';
import { sessionRevoked } from './events/session-revoked.ts';
import { stepCompleted } from './events/step-completed.ts';
import { stepFailed } from './events/step-failed.ts';
import { stepStarted } from './events/step-started.ts';
import { taskCancelRequested } from './events/task-cancel-requested.ts';
import { taskCreateRequested } from './events/task-create-requested.ts';
import { taskCreated } from './events/task-created.ts';
import { taskDeleted } from './events/task-deleted.ts';
import { taskForked } from './events/task-forked.ts';
import { taskRunRequested } from './events/task-run-requested.ts';
import * as timeline from './events/timeline-entries.ts';
import { toolCalled } from './events/tool-called.ts';
import { toolFinished } from './events/tool-finished.ts';
import { usageRecorded } from './events/usage-recorded.ts';
import { userDeleted } from './events/user-deleted.ts';

/** Every event that crosses a process line, in one visible list. */
export const eventCatalog: readonly EventDefinition<never>[] = [
  runRequested,
  callResolved,
  runCancelRequested,
  runPauseRequested,
  runRetryRequested,
  messagePosted,
  questionAnswered,
  planApproved,
  budgetChanged,
  taskForked,
  taskDeleted,
  projectDeleted,
  userDeleted,
  membershipChanged,
  sessionRevoked,
  keyRevoked,
  taskCreateRequested,
  taskRunRequested,
  taskCancelRequested,
  messagePostRequested,
  runStarted,
  runResumed,
  planCreated,
  planUpdated,
  stepStarted,
  stepCompleted,
  stepFailed,
  logAdded,
  messageAdded,
  toolCalled,
  toolFinished,
  fileChanged,
  reviewGiven,
  usageRecorded,
  budgetApplied,
  runRetried,
  runWaiting,
  runCompleted,
  runFailed,
  runCancelled,
  taskCreated,
  messageDelta,
  commandOutput,
  ...Object.values(timeline),
] as unknown as readonly EventDefinition<never>[];
