import { stepFailed } from '@builder-ai/contracts/events/step-failed';
import { stepFailedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent } from './apply-run-event.ts';

export const onStepFailed = onRunEvent(stepFailed, stepFailedEntry, {
  entry: (task, data) => ({ step: task.plan[data.step]?.description ?? '', index: data.step, error: data.error }),
  step: (data) => data.step,
});
