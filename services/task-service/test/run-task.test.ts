import { runFailed } from '@builder-ai/contracts/events/run-failed';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenService, givenTask, OWNER, STRANGER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** The id of the job that a request, which is still waiting, has queued. */
const queuedJob = (taskId: string) =>
  eventually(async () => {
    const [event] = (await findOutboxEvents(service.deps.db, 'task.commands', taskId)).slice(-1);
    return event?.data.job_id as string | undefined;
  });

/** Sends a run request and lets the agent do its part while it waits. */
async function run(id: string, agentDoes: (jobId: string) => Promise<unknown>, headers: Record<string, string> = {}) {
  const before = (await findOutboxEvents(service.deps.db, 'task.commands', id)).length;
  const answer = service.post(`/tasks/${id}/run`, undefined, headers);
  await eventually(
    async () => (await findOutboxEvents(service.deps.db, 'task.commands', id)).length > before || undefined,
  );
  await agentDoes(await queuedJob(id));
  return answer;
}

const starts = (id: string, job_id: string) => service.agent.says(id, runStarted, { job_id, agent: 'template' });

describe('POST /tasks/:id/run', () => {
  test('200: waits for the first step, whose run made the plan before it; the task is in progress', async () => {
    const id = await givenTask(service, { type: 'fix', goal: 'mend it', agent_mode: 'template' });
    const { status, body } = await run(id, async (jobId) => {
      await starts(id, jobId);
      await service.agent.plans(id, ['one', 'two']);
      await service.agent.makesStep(id, 0, 1);
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, status: 'in_progress', current_step: 1 });
    expect(body.plan.map((step: { status: string }) => step.status)).toEqual(['completed', 'pending']);
    const [command] = await findOutboxEvents(service.deps.db, 'task.commands', id);
    expect(command).toMatchObject({
      type: 'run.requested',
      subject: id,
      ownerid: OWNER,
      data: { owner_id: OWNER, goal: 'mend it', task_type: 'fix', until: 'step', agent_mode: 'template' },
    });
  });

  test('200: the next step of a task in progress; after the last one the task is completed', async () => {
    const id = await givenTask(service);
    await run(id, async (jobId) => {
      await starts(id, jobId);
      await service.agent.plans(id, ['one', 'two']);
      await service.agent.makesStep(id, 0, 1);
    });
    const { status, body } = await run(id, async (jobId) => {
      await starts(id, jobId);
      await service.agent.makesStep(id, 1, null);
      await service.agent.completes(id, jobId);
    });
    expect([status, body.status, body.current_step]).toEqual([200, 'completed', null]);
  });

  test('200: a run that fails answers with the failed task', async () => {
    const id = await givenTask(service);
    const { status, body } = await run(id, (job_id) =>
      service.agent.says(id, runFailed, { job_id, error: 'Step 1 failed: no' }),
    );
    expect([status, body.status, body.error]).toEqual([200, 'failed', 'Step 1 failed: no']);
  });

  test('200: the same Idempotency-Key again is answered with the same run', async () => {
    const id = await givenTask(service);
    const key = { 'idempotency-key': 'one-run' };
    const first = await run(id, (jobId) => service.agent.completes(id, jobId), key);
    const second = await service.post(`/tasks/${id}/run`, undefined, key);
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect(await findOutboxEvents(service.deps.db, 'task.commands', id)).toHaveLength(1);
  });

  test('202: the client prefers not to wait', async () => {
    const id = await givenTask(service);
    const { status, body, headers } = await service.post(`/tasks/${id}/run`, undefined, {
      prefer: 'handling=strict, respond-async',
    });
    expect([status, body.status, headers.location]).toEqual([202, 'queued', `/tasks/${id}/job-status/${body.job_id}`]);
  });

  test('400: a body with a field', async () => {
    const id = await givenTask(service);
    const { status, body } = await service.post(`/tasks/${id}/run`, { until: 'end' });
    expect([status, body.errors]).toEqual([400, [{ field: 'until', message: 'is not allowed' }]]);
    expect(await findOutboxEvents(service.deps.db, 'task.commands', id)).toEqual([]);
  });

  test('403: a caller who may only read', async () => {
    const id = await givenTask(service);
    const reader = { userId: OWNER, kind: 'user' as const, scopes: ['read' as const] };
    expect((await service.post(`/tasks/${id}/run`, undefined, {}, reader)).status).toBe(403);
  });

  test("404: unknown, another owner's, deleted", async () => {
    const theirs = await givenTask(service, {}, STRANGER);
    const deleted = await givenTask(service);
    await service.deps.db.query('update tasks set deleted_at = now() where id = $1', [deleted]);
    for (const id of ['unknown', theirs, deleted]) {
      const { status, body } = await service.post(`/tasks/${id}/run`);
      expect([status, body.code]).toEqual([404, 'TASK_NOT_FOUND']);
      expect(await findOutboxEvents(service.deps.db, 'task.commands', id)).toEqual([]);
    }
  });

  test('409: of ten at once, in two replicas, one runs', async () => {
    const other = await service.replica();
    const id = await givenTask(service);
    const asked = Array.from({ length: 10 }, (_, n) =>
      (n % 2 === 0 ? service : other).post(`/tasks/${id}/run`, undefined, { prefer: 'respond-async' }),
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array(9).fill(409)]);
    for (const { body } of answers.filter(({ status }) => status === 409)) expect(body.code).toBe('TASK_BUSY');
    expect(await findOutboxEvents(service.deps.db, 'task.commands', id)).toHaveLength(1);
  });

  test.each(['completed', 'failed', 'cancelled'])('409: the task has %s', async (status) => {
    const id = await givenTask(service);
    await service.deps.db.query('update tasks set status = $2 where id = $1', [id, status]);
    const answer = await service.post(`/tasks/${id}/run`);
    expect([answer.status, answer.body.code]).toEqual([409, 'TASK_ENDED']);
  });

  test('422: an Idempotency-Key of another run of the same task', async () => {
    const id = await givenTask(service);
    const headers = { 'idempotency-key': 'k', prefer: 'respond-async' };
    await service.post(`/tasks/${id}/run`, undefined, headers);
    await service.deps.db.query('update idempotency_keys set body_hash = $2 where operation like $1', [
      `%${id}`,
      'another',
    ]);
    const { status, body } = await service.post(`/tasks/${id}/run`, undefined, headers);
    expect([status, body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  test('503: no model could be reached; the task waits, says why, and can be run again', async () => {
    const id = await givenTask(service);
    const unavailable = (job_id: string) =>
      service.agent.says(id, runWaiting, {
        job_id,
        waiting_for: 'input',
        reason: 'AI service unavailable',
        code: 'AI_UNAVAILABLE',
      });
    const { status, body, headers } = await run(id, unavailable);
    expect([status, body.code, body.detail]).toEqual([503, 'AI_UNAVAILABLE', 'AI service unavailable']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    const task = (await service.get(`/tasks/${id}`)).body;
    expect(task).toMatchObject({ status: 'waiting', waiting_for: 'input', error: 'AI service unavailable' });
    const again = await run(id, (jobId) => service.agent.completes(id, jobId));
    expect([again.status, again.body.status, again.body.error]).toEqual([200, 'completed', null]);
  });

  test('200: a run that waits for its user, for a reason that is no error', async () => {
    const id = await givenTask(service);
    for (const code of [{}, { code: 'A_CODE_OF_A_LATER_VERSION' }, { code: 'toString' }]) {
      const { status, body } = await run(id, (job_id) =>
        service.agent.says(id, runWaiting, { job_id, waiting_for: 'budget', reason: 'The cap is reached', ...code }),
      );
      expect([status, body.status, body.waiting_for]).toEqual([200, 'waiting', 'budget']);
    }
  });
});
