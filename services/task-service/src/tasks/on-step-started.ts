import { stepStarted } from '@builder-ai/contracts/events/step-started';
import { stepStartedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent } from './apply-run-event.ts';

export const onStepStarted = onRunEvent(stepStarted, stepStartedEntry, {
  entry: (_task, data) => ({ step: data.description, index: data.step, agent: data.agent, attempt: data.attempt }),
  step: (data) => data.step,
});
