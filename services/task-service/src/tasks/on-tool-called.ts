import { toolCalledEntry } from '@builder-ai/contracts/events/timeline-entries';
import { toolCalled } from '@builder-ai/contracts/events/tool-called';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onToolCalled = onRunEvent(toolCalled, toolCalledEntry, { entry: sameWords, step: (data) => data.step });
