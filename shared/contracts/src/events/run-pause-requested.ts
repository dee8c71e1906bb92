import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type RunPauseRequested = {
  /** The user who wants it. */
  requested_by: string;
};

/** A user wants the run to stop after the call in flight, and to go on later. */
export const runPauseRequested = defineEvent<RunPauseRequested>({
  type: 'run.pause_requested',
  topic: 'task.commands',
  doc: 'A user wants the run to stop after the call in flight. Published by task-service, consumed by agent-service.',
  schema: Joi.object<RunPauseRequested, true>({ requested_by: Joi.string().required() }).unknown(),
  sample: { requested_by: 'local-owner' },
});
