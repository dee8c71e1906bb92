import { stepStarted } from '@builder-ai/contracts/events/step-started';
import { stepStartedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent } from './apply-run-event.ts';
import { withStep } from './task.ts';

export const onStepStarted = onRunEvent(stepStarted, stepStartedEntry, {
  change: (task, data, now) => ({
    current_step: data.step,
    plan: withStep(task.plan, data.step, () => ({
      status: 'in_progress',
      agent: data.agent,
      attempts: data.attempt,
      started_at: now,
      finished_at: null,
    })),
  }),
  entry: (_task, data) => ({ step: data.description, index: data.step, agent: data.agent, attempt: data.attempt }),
  step: (data) => data.step,
});
