import { fileChanged } from '@builder-ai/contracts/events/file-changed';
import { fileChangedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onFileChanged = onRunEvent(fileChanged, fileChangedEntry, { entry: sameWords, step: (data) => data.step });
