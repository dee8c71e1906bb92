import { runStarted } from '@builder-ai/contracts/events/run-started';
import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenService, givenTask } from './given-service.ts';

const CALL = { call_id: '1.2.1', step: 1, tool: 'deploy', summary: 'put it online' };

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** A task whose run found a call that may or may not have been done. */
async function givenUncertainTask(run: 'run-async' | 'run' = 'run-async'): Promise<string> {
  const id = await givenTask(service);
  const { job_id } = (await service.post(`/tasks/${id}/${run}`, undefined, { prefer: 'respond-async' })).body;
  await service.agent.says(id, runWaiting, {
    job_id,
    waiting_for: 'uncertain',
    reason: 'The call deploy was interrupted.',
    code: 'CALL_UNCERTAIN',
    call: CALL,
  });
  return id;
}

const resolve = (id: string, body: object, headers: Record<string, string> = {}) =>
  service.post(`/tasks/${id}/resolve`, body, headers);

describe('POST /tasks/:id/resolve', () => {
  test('the task shows which call waits, and its job has ended', async () => {
    const id = await givenUncertainTask();
    const { body } = await service.get(`/tasks/${id}`);
    expect(body).toMatchObject({ status: 'waiting', waiting_for: 'uncertain', waiting_call: CALL });
  });

  test('200: the decision is told to agent-service together with the job that goes on', async () => {
    const id = await givenUncertainTask();
    const { status } = await resolve(id, { call_id: CALL.call_id, decision: 'done', result: 'it is online' });
    expect(status).toBe(200);
    const jobs = await service.deps.db.query<{ id: string; status: string }>(
      'select id, status from jobs where task_id = $1 order by created_at',
      [id],
    );
    expect(jobs.map((job) => job.status)).toEqual(['failed', 'queued']);
    const events = await findOutboxEvents(service.deps.db, 'task.commands', id);
    expect(events.at(-1)).toMatchObject({
      type: 'call.resolved',
      data: { job_id: jobs[1]?.id, until: 'end', call_id: '1.2.1', decision: 'done', result: 'it is online' },
    });
    await service.agent.says(id, runStarted, { job_id: jobs[1]?.id as string, agent: 'template' });
    const { body } = await service.get(`/tasks/${id}`);
    expect(body).toMatchObject({ status: 'in_progress', waiting_for: null, waiting_call: null });
  });

  test('200: it goes on only as far as the job that found the call was asked to', async () => {
    const id = await givenUncertainTask('run');
    await resolve(id, { call_id: CALL.call_id, decision: 'redo' });
    const events = await findOutboxEvents(service.deps.db, 'task.commands', id);
    expect(events.at(-1)).toMatchObject({ data: { until: 'step', decision: 'redo', result: null } });
  });

  test('200: twice with one Idempotency-Key is one decision', async () => {
    const id = await givenUncertainTask();
    const body = { call_id: CALL.call_id, decision: 'fail' };
    const answers = await Promise.all([1, 2].map(() => resolve(id, body, { 'idempotency-key': 'k' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await findOutboxEvents(service.deps.db, 'task.commands', id)).toHaveLength(2);
  });

  test.each([
    ['nothing', {}],
    ['an unknown decision', { call_id: '1', decision: 'maybe' }],
    ['no call', { decision: 'redo' }],
    ['another field', { call_id: '1', decision: 'redo', why: 'x' }],
  ])('400: %s', async (_name, body) => {
    expect((await resolve(await givenUncertainTask(), body)).body.code).toBe('INPUT_INVALID');
  });

  test('404: unknown', async () => {
    expect((await resolve('unknown', { call_id: '1', decision: 'redo' })).body.code).toBe('TASK_NOT_FOUND');
  });

  test('409: another call, or none, waits for a decision', async () => {
    const [uncertain, other] = [await givenUncertainTask(), await givenTask(service)];
    for (const id of [uncertain, other]) {
      const { status, body } = await resolve(id, { call_id: '9.9.9', decision: 'redo' });
      expect([status, body.code]).toEqual([409, 'CALL_NOT_UNCERTAIN']);
    }
    expect(await findOutboxEvents(service.deps.db, 'task.commands', other)).toEqual([]);
  });

  test('409: the run goes on already', async () => {
    const id = await givenUncertainTask();
    await resolve(id, { call_id: CALL.call_id, decision: 'redo' });
    expect((await resolve(id, { call_id: CALL.call_id, decision: 'fail' })).body.code).toBe('TASK_BUSY');
  });
});
