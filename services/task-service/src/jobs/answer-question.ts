import { questionAnswered } from '@builder-ai/contracts/events/question-answered';
import { messageAddedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { getTaskView } from '../tasks/find-task.ts';
import { appendToTimeline } from '../tasks/timeline.ts';
import { findLastUntil } from './job.ts';
import { JOB_ERRORS, queueJob } from './request-run.ts';

type AnswerQuestion = { answer: string };

const MAX_ANSWER_LENGTH = 10_000;

/** Answers what an agent asked; the task goes on with it. */
export const answerQuestion = endpoint<Deps, AnswerQuestion>({
  method: 'post',
  path: '/tasks/:id/answer',
  access: 'task.run',
  summary: 'Answers what an agent asked',
  answers: { 200: taskShape },
  errors: [...JOB_ERRORS, 'NO_QUESTION'],
  bodySample: { answer: 'Yes, in German.' },
  body: Joi.object<AnswerQuestion, true>({ answer: Joi.string().trim().max(MAX_ANSWER_LENGTH).required() }),
  async handle(context) {
    const { deps, body, identity, params } = context;
    await queueJob(
      context,
      body,
      (tx, task) => findLastUntil(tx, task.id),
      async (task, job_id, until, tx) => {
        const call = task.waiting_call;
        if (task.waiting_for !== 'input' || !call) throw new AppError('NO_QUESTION');
        const said = { role: 'user', agent: null, content: body.answer };
        await appendToTimeline(tx, deps.outbox, task, messageAddedEntry, said);
        return entry(questionAnswered, { job_id, until, call_id: call.call_id, answer: body.answer });
      },
    );
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});
