import { callResolved } from '@builder-ai/contracts/events/call-resolved';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import { CALL_DECISIONS, type CallDecision } from '@builder-ai/contracts/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { getTaskView } from '../tasks/find-task.ts';
import { findLastUntil } from './job.ts';
import { JOB_ERRORS, queueJob } from './request-run.ts';

type ResolveCall = { call_id: string; decision: CallDecision; result?: string };

const MAX_RESULT_LENGTH = 4_000;

/** Settles a call that was interrupted and may or may not have been done; the run goes on with a new job. */
export const resolveCall = endpoint<Deps, ResolveCall>({
  method: 'post',
  path: '/tasks/:id/resolve',
  access: 'task.run',
  summary: 'Settles a call that may or may not have been done',
  answers: { 200: taskShape },
  errors: [...JOB_ERRORS, 'CALL_NOT_UNCERTAIN'],
  bodySample: { call_id: 'call-1', decision: 'redo' },
  body: Joi.object<ResolveCall, true>({
    call_id: Joi.string().max(100).required(),
    decision: Joi.string()
      .valid(...CALL_DECISIONS)
      .required(),
    result: Joi.string().allow('').max(MAX_RESULT_LENGTH).description('What the call gave: told to the agent.'),
  }),
  async handle(context) {
    const { deps, body, identity, params } = context;
    const { call_id, decision, result = null } = body;
    await queueJob(
      context,
      body,
      (tx, task) => findLastUntil(tx, task.id),
      (task, job_id, until) => {
        if (task.waiting_for !== 'uncertain' || task.waiting_call?.call_id !== call_id)
          throw new AppError('CALL_NOT_UNCERTAIN');
        return entry(callResolved, { job_id, until, call_id, decision, result });
      },
    );
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});
