import { runRetried } from '@builder-ai/contracts/events/run-retried';
import { taskRetried } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onRunRetried = onRunEvent(runRetried, taskRetried, {
  entry: sameWords,
  step: (data) => data.step,
});
