import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenService, givenTask, OWNER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const runAsync = (id: string, headers: Record<string, string> = {}) =>
  service.post(`/tasks/${id}/run-async`, undefined, headers);

describe('POST /tasks/:id/run-async', () => {
  test('202: exactly what the original product answers, and where the job is', async () => {
    const id = await givenTask(service);
    const { status, body, headers } = await runAsync(id);
    expect(status).toBe(202);
    expect(body).toEqual({
      task_id: id,
      job_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'queued',
      message: 'Task queued for execution',
    });
    expect(headers.location).toBe(`/tasks/${id}/job-status/${body.job_id}`);
  });

  test('202: the job and the command to run to the end are there together', async () => {
    const id = await givenTask(service);
    const { job_id } = (await runAsync(id)).body;
    const jobs = await service.deps.db.query('select id, until, status from jobs where task_id = $1', [id]);
    expect(jobs).toEqual([{ id: job_id, until: 'end', status: 'queued' }]);
    expect(await findOutboxEvents(service.deps.db, 'task.commands', id)).toEqual([
      expect.objectContaining({
        no: 1,
        type: 'run.requested',
        data: {
          job_id,
          owner_id: OWNER,
          goal: 'a page',
          task_type: 'build',
          until: 'end',
          agent_mode: null,
          approval: 'none',
          cap_micro_usd: null,
        },
      }),
    ]);
  });

  test('429: a project has so many runs under way and no more, however many are asked for at once; 202 when one has ended', async () => {
    const small = await service.replica({ runsPerProject: 3 });
    const somebody = 'user-with-many-runs';
    const ids = await Promise.all(Array.from({ length: 8 }, () => givenTask(service, {}, somebody)));
    const run = (id: string) => small.post(`/tasks/${id}/run-async`, undefined, {}, somebody);
    const answers = await Promise.all(ids.map(run));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 202, 429, 429, 429, 429, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect([refused?.body.code, refused?.headers['retry-after']]).toEqual(['RATE_LIMITED', '5']);
    const later = ids[answers.findIndex(({ status }) => status === 429)] as string;
    await service.deps.db.query("update jobs set status = 'succeeded' where owner_id = $1 and status = 'queued'", [
      somebody,
    ]);
    expect((await run(later)).status).toBe(202);
  });

  test('202: ten at once with one Idempotency-Key are one run', async () => {
    const id = await givenTask(service);
    const answers = await Promise.all(Array.from({ length: 10 }, () => runAsync(id, { 'idempotency-key': 'k' })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.job_id}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(202);
    expect(await findOutboxEvents(service.deps.db, 'task.commands', id)).toHaveLength(1);
  });

  test('202: one key for two tasks is two runs', async () => {
    const [one, two] = [await givenTask(service), await givenTask(service)];
    const first = await runAsync(one, { 'idempotency-key': 'both' });
    const second = await runAsync(two, { 'idempotency-key': 'both' });
    expect([second.status, second.body.task_id]).toEqual([202, two]);
    expect(second.body.job_id).not.toBe(first.body.job_id);
  });

  test('202: a waiting task is run again', async () => {
    const id = await givenTask(service);
    await service.deps.db.query(`update tasks set status = 'waiting', waiting_for = 'input' where id = $1`, [id]);
    expect((await runAsync(id)).status).toBe(202);
  });

  test('400: a body with a field', async () => {
    expect((await service.post(`/tasks/${await givenTask(service)}/run-async`, { steps: 3 })).status).toBe(400);
  });

  test('404: unknown', async () => {
    expect((await runAsync('unknown')).body.code).toBe('TASK_NOT_FOUND');
  });

  test('409: of two at once one runs; after its end the task has ended', async () => {
    const id = await givenTask(service);
    const answers = await Promise.all([runAsync(id), runAsync(id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    const { job_id } = answers.find(({ status }) => status === 202)?.body ?? {};
    await service.agent.completes(id, job_id);
    expect((await runAsync(id)).body.code).toBe('TASK_ENDED');
  });
});
