import { messageAdded } from '@builder-ai/contracts/events/message-added';
import { messageAddedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onMessageAdded = onRunEvent(messageAdded, messageAddedEntry, { entry: sameWords });
