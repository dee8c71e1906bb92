import { stepFailed } from '@builder-ai/contracts/events/step-failed';
import { stepFailedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent } from './apply-run-event.ts';
import { withStep } from './task.ts';

export const onStepFailed = onRunEvent(stepFailed, stepFailedEntry, {
  change: (task, data, now) => ({
    plan: withStep(task.plan, data.step, () => ({ status: 'failed', finished_at: now, result: data.error })),
  }),
  entry: (task, data) => ({ step: task.plan[data.step]?.description ?? '', index: data.step, error: data.error }),
  step: (data) => data.step,
});
