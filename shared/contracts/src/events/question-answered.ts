import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { RUN_UNTIL, type RunUntil } from '../task.ts';

export type QuestionAnswered = {
  /** The job that goes on with the run. */
  job_id: string;
  until: RunUntil;
  /** The call by which the agent asked. */
  call_id: string;
  answer: string;
};

/** A user answered an agent's question. */
export const questionAnswered = defineEvent<QuestionAnswered>({
  type: 'question.answered',
  topic: 'task.commands',
  doc: "A user answered an agent's question. Published by task-service, consumed by agent-service.",
  schema: Joi.object<QuestionAnswered, true>({
    job_id: Joi.string().required(),
    until: Joi.string()
      .valid(...RUN_UNTIL)
      .required(),
    call_id: Joi.string().required(),
    answer: Joi.string().required(),
  }).unknown(),
  sample: { job_id: '0198f0c2-7a10-7000-8000-000000000002', until: 'end', call_id: '1.2.1', answer: 'Blue' },
});
