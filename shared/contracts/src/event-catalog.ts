import type { EventDefinition } from './event.ts';
import { callResolved } from './events/call-resolved.ts';
import { fileChanged } from './events/file-changed.ts';
import { logAdded } from './events/log-added.ts';
import { messageAdded } from './events/message-added.ts';
import { planCreated } from './events/plan-created.ts';
import { runCompleted } from './events/run-completed.ts';
import { runFailed } from './events/run-failed.ts';
import { runRequested } from './events/run-requested.ts';
import { runResumed } from './events/run-resumed.ts';
import { runStarted } from './events/run-started.ts';
import { runWaiting } from './events/run-waiting.ts';
import { stepCompleted } from './events/step-completed.ts';
import { stepFailed } from './events/step-failed.ts';
import { stepStarted } from './events/step-started.ts';
import { taskCreated } from './events/task-created.ts';
import * as timeline from './events/timeline-entries.ts';
import { toolCalled } from './events/tool-called.ts';
import { toolFinished } from './events/tool-finished.ts';
import { usageRecorded } from './events/usage-recorded.ts';

/** Every event that crosses a process line, in one visible list. */
export const eventCatalog: readonly EventDefinition<never>[] = [
  runRequested,
  callResolved,
  runStarted,
  runResumed,
  planCreated,
  stepStarted,
  stepCompleted,
  stepFailed,
  logAdded,
  messageAdded,
  toolCalled,
  toolFinished,
  fileChanged,
  usageRecorded,
  runWaiting,
  runCompleted,
  runFailed,
  taskCreated,
  ...Object.values(timeline),
] as unknown as readonly EventDefinition<never>[];
