import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { CALL_DECISIONS, type CallDecision, RUN_UNTIL, type RunUntil } from '../task.ts';

export type CallResolved = {
  /** The job that goes on with the run. */
  job_id: string;
  until: RunUntil;
  call_id: string;
  decision: CallDecision;
  /** What the call gave, in the user's words: told to the agent. */
  result: string | null;
};

/** A user decided what became of an uncertain call. Published by task-service, consumed by agent-service. */
export const callResolved = defineEvent<CallResolved>({
  type: 'call.resolved',
  topic: 'task.commands',
  doc: 'A user decided what became of an uncertain call. Published by task-service, consumed by agent-service.',
  schema: Joi.object<CallResolved, true>({
    job_id: Joi.string().required(),
    until: Joi.string()
      .valid(...RUN_UNTIL)
      .required(),
    call_id: Joi.string().required(),
    decision: Joi.string()
      .valid(...CALL_DECISIONS)
      .required(),
    result: Joi.string().allow('').allow(null).required(),
  }).unknown(),
  sample: {
    job_id: '0198f0c2-7a10-7000-8000-000000000002',
    until: 'end',
    call_id: '3.2.1',
    decision: 'redo',
    result: null,
  },
});
