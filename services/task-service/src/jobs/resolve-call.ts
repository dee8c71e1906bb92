import { callResolved } from '@builder-ai/contracts/events/call-resolved';
import { CALL_DECISIONS, type CallDecision, type RunUntil } from '@builder-ai/contracts/task';
import type { Queryable } from '@builder-ai/platform/database';
import { endpoint } from '@builder-ai/platform/endpoint';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { getTaskView } from '../tasks/find-task.ts';
import { queueJob } from './request-run.ts';

type ResolveCall = { call_id: string; decision: CallDecision; result?: string };

const MAX_RESULT_LENGTH = 4_000;

/** Settles a call that was interrupted and may or may not have been done; the run goes on with a new job. */
export const resolveCall = endpoint<Deps, ResolveCall>({
  method: 'post',
  path: '/tasks/:id/resolve',
  access: 'task.run',
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

/** The run goes on as far as the job was asked to that found the call. */
async function findLastUntil(tx: Queryable, taskId: string): Promise<RunUntil> {
  const [job] = await tx.query<{ until: RunUntil }>(
    'select until from jobs where task_id = $1 order by created_at desc, id desc limit 1',
    [taskId],
  );
  return job?.until ?? 'end';
}
