import { runFailed } from '@builder-ai/contracts/events/run-failed';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GivenService, givenService, givenTask, STRANGER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** A task whose run was asked for and has not begun. */
async function givenQueuedJob(): Promise<{ id: string; jobId: string }> {
  const id = await givenTask(service);
  return { id, jobId: (await service.post(`/tasks/${id}/run-async`)).body.job_id };
}

const status = (id: string, jobId: string, owner?: string) => service.get(`/tasks/${id}/job-status/${jobId}`, owner);

describe('GET /tasks/:id/job-status/:job_id', () => {
  test('200: queued, then started: no result yet', async () => {
    const { id, jobId } = await givenQueuedJob();
    const queued = await status(id, jobId);
    expect([queued.status, queued.body]).toEqual([200, { task_id: id, job_id: jobId, status: 'queued', result: null }]);
    await service.agent.says(id, runStarted, { job_id: jobId, agent: 'template' });
    expect((await status(id, jobId)).body).toEqual({ task_id: id, job_id: jobId, status: 'started', result: null });
  });

  test('200: succeeded, with the task as it stood then', async () => {
    const { id, jobId } = await givenQueuedJob();
    await service.agent.plans(id, ['one']);
    await service.agent.logs(id, 'a line', 0);
    await service.agent.makesStep(id, 0, null);
    await service.agent.completes(id, jobId);
    const task = (await service.get(`/tasks/${id}`)).body;
    expect((await status(id, jobId)).body).toEqual({ task_id: id, job_id: jobId, status: 'succeeded', result: task });
    await service.agent.logs(id, 'said afterwards');
    expect((await status(id, jobId)).body.result).toEqual(task);
  });

  test('200: failed, with the task and its error', async () => {
    const { id, jobId } = await givenQueuedJob();
    await service.agent.says(id, runFailed, { job_id: jobId, error: 'Step 1 failed: no' });
    expect((await status(id, jobId)).body).toMatchObject({
      status: 'failed',
      result: { id, status: 'failed', error: 'Step 1 failed: no' },
    });
  });

  test('200: failed, when the run waits: it has to be asked for again', async () => {
    const { id, jobId } = await givenQueuedJob();
    const reason = 'AI service unavailable';
    await service.agent.says(id, runWaiting, { job_id: jobId, waiting_for: 'input', reason, code: 'AI_UNAVAILABLE' });
    expect((await status(id, jobId)).body).toMatchObject({ status: 'failed', result: { status: 'waiting' } });
  });

  test('200: the job of a step ends with the step, that of the last step with the run', async () => {
    const id = await givenTask(service);
    const runStep = async () => {
      const { job_id } = (await service.post(`/tasks/${id}/run`, undefined, { prefer: 'respond-async' })).body;
      await service.agent.says(id, runStarted, { job_id, agent: 'template' });
      return job_id as string;
    };
    const first = await runStep();
    await service.agent.plans(id, ['one', 'two']);
    await service.agent.makesStep(id, 0, 1);
    expect((await status(id, first)).body).toMatchObject({ status: 'succeeded', result: { status: 'in_progress' } });
    const second = await runStep();
    await service.agent.makesStep(id, 1, null);
    expect((await status(id, second)).body.status).toBe('started');
    await service.agent.completes(id, second);
    expect((await status(id, second)).body).toMatchObject({ status: 'succeeded', result: { status: 'completed' } });
    expect((await status(id, first)).body.result.status).toBe('in_progress');
  });

  test('200: also after the task was deleted', async () => {
    const { id, jobId } = await givenQueuedJob();
    await service.deps.db.query('update tasks set deleted_at = now() where id = $1', [id]);
    expect((await status(id, jobId)).status).toBe(200);
  });

  test("404: unknown job, of another task, another owner's", async () => {
    const { id, jobId } = await givenQueuedJob();
    const other = await givenQueuedJob();
    const answers = [
      await status(id, 'unknown'),
      await status(id, '00000000-0000-7000-8000-000000000000'),
      await status('unknown', jobId),
      await status(other.id, jobId),
      await status(id, jobId, STRANGER),
    ];
    for (const { status: code, body } of answers)
      expect([code, body.code, body.detail]).toEqual([404, 'JOB_NOT_FOUND', 'Job not found']);
  });
});
