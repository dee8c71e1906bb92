import { runResumed } from '@builder-ai/contracts/events/run-resumed';
import { runResumedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onRunResumed = onRunEvent(runResumed, runResumedEntry, { entry: sameWords });
