import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { type UncertainCall, WAITING_REASONS, type WaitingReason } from '../task.ts';

export type RunWaiting = {
  job_id: string;
  waiting_for: WaitingReason;
  reason: string;
  /** The error code with which a waiting request is answered, if it is an error. */
  code?: string;
  /** The call that a user has to decide about, when it waits for that. */
  call?: UncertainCall;
};

/** A run stopped and waits for somebody. Published by agent-service, consumed by task-service. */
export const runWaiting = defineEvent<RunWaiting>({
  type: 'run.waiting',
  topic: 'agent.events',
  doc: 'A run stopped and waits for somebody. Published by agent-service, consumed by task-service.',
  schema: Joi.object<RunWaiting, true>({
    job_id: Joi.string().required(),
    waiting_for: Joi.string()
      .valid(...WAITING_REASONS)
      .required(),
    reason: Joi.string().required(),
    code: Joi.string(),
    call: Joi.object<UncertainCall, true>({
      call_id: Joi.string().required(),
      step: Joi.number().integer().min(0).required(),
      tool: Joi.string().required(),
      summary: Joi.string().allow('').required(),
    }).unknown(),
  }).unknown(),
  sample: {
    job_id: '0198f0c2-7a10-7000-8000-000000000002',
    waiting_for: 'input',
    reason: 'AI service unavailable',
  },
});
