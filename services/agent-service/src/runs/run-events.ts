// Events that several parts of a run send.
import { logAdded } from '@builder-ai/contracts/events/log-added';
import { usageRecorded } from '@builder-ai/contracts/events/usage-recorded';
import type { LogLevel } from '@builder-ai/contracts/task';
import { entry } from '@builder-ai/platform/outbox';
import type { Model, Usage } from '../models/model.ts';

export function logLine(level: LogLevel, agent: string | null, step: number | null, message: string) {
  return entry(logAdded, { level, agent, step, message });
}

/** `unknown`: the call was interrupted, and counts with all that was reserved for it. */
export function usageEvent(
  step: number | null,
  model: Pick<Model, 'agent' | 'name'>,
  usage: Usage,
  outcome: 'answered' | 'unknown',
  message_id: string,
) {
  return entry(usageRecorded, { step, agent: model.agent, model: model.name, outcome, message_id, ...usage });
}
