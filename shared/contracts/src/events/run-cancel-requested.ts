import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type RunCancelRequested = {
  /** The user who wants it. */
  requested_by: string;
};

/** A user wants the run to end now: a call in flight is stopped. A run that has ended stays as it is. */
export const runCancelRequested = defineEvent<RunCancelRequested>({
  type: 'run.cancel_requested',
  topic: 'task.commands',
  doc: 'A user wants the run to end now. Published by task-service, consumed by agent-service.',
  schema: Joi.object<RunCancelRequested, true>({ requested_by: Joi.string().required() }).unknown(),
  sample: { requested_by: 'local-owner' },
});
