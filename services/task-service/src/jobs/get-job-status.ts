import { jobShape } from '@builder-ai/contracts/shapes/job';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { maySee } from '../tasks/find-task.ts';
import { findJob, toJobAnswer } from './job.ts';

/** `result` is the Task as it stood at the job's end, null before. Answers also after the task was deleted. */
export const getJobStatus = endpoint<Deps>({
  method: 'get',
  path: '/tasks/:id/job-status/:job_id',
  access: 'task.read',
  summary: 'Shows how a job is',
  answers: { 200: jobShape },
  errors: ['JOB_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const job = await findJob(deps.db, params.id as string, params.job_id as string);
    if (!job || !maySee(identity, job)) throw new AppError('JOB_NOT_FOUND');
    return { status: 200, body: toJobAnswer(job) };
  },
});
