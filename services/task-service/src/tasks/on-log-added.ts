import { logAdded } from '@builder-ai/contracts/events/log-added';
import { logAddedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent } from './apply-run-event.ts';

/** The timeline keeps the line whole: no row is rewritten for it. */
export const onLogAdded = onRunEvent(logAdded, logAddedEntry, {
  entry: (_task, data, { seq, timestamp }) => ({
    seq,
    timestamp,
    level: data.level,
    agent: data.agent,
    step: data.step,
    message: data.message,
  }),
  step: (data) => data.step,
});
