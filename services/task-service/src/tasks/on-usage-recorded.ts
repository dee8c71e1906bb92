import { usageRecordedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { usageRecorded } from '@builder-ai/contracts/events/usage-recorded';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onUsageRecorded = onRunEvent(usageRecorded, usageRecordedEntry, {
  entry: sameWords,
  step: (data) => data.step,
});
