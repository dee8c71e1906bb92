import { toolFinishedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { toolFinished } from '@builder-ai/contracts/events/tool-finished';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onToolFinished = onRunEvent(toolFinished, toolFinishedEntry, {
  entry: sameWords,
  step: (data) => data.step,
});
