// How a waiting run request learns of the end, and what it answers when it does not.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenService, givenTask } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const queuedJob = (id: string) =>
  eventually(async () => (await findOutboxEvents(service.deps.db, 'task.commands', id))[0]?.data.job_id as string);

describe.each(['run', 'run-all'])('POST /tasks/:id/%s', (action) => {
  test('200: it learns the end from the database when another replica consumed the event', async () => {
    const other = await service.replica();
    const id = await givenTask(service);
    const waiting = service.post(`/tasks/${id}/${action}`);
    const jobId = await queuedJob(id);
    await other.agent.completes(id, jobId);
    const { status, body } = await waiting;
    expect([status, body.status]).toEqual([200, 'completed']);
  });

  test('200: twenty who wait for twenty tasks are each answered with their own', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => givenTask(service)));
    const waiting = ids.map((id) => service.post(`/tasks/${id}/${action}`));
    await Promise.all(ids.map(async (id) => service.agent.completes(id, await queuedJob(id))));
    expect((await Promise.all(waiting)).map(({ body }) => body.id)).toEqual(ids);
  });

  test('202: the wait was too long; the run goes on and its job tells the end', async () => {
    const impatient = await service.replica({ runWaitMs: 100 });
    const id = await givenTask(service);
    const { status, body, headers } = await impatient.post(`/tasks/${id}/${action}`);
    expect([status, body]).toEqual([
      202,
      { task_id: id, job_id: expect.any(String), status: 'queued', message: 'Task queued for execution' },
    ]);
    await service.agent.completes(id, body.job_id);
    expect((await service.get(headers.location ?? '')).body).toMatchObject({ status: 'succeeded', result: { id } });
  });

  test('a client that hangs up does not stop the run', async () => {
    const id = await givenTask(service);
    const { port, close } = await listen();
    const hangUp = new AbortController();
    const path = `http://127.0.0.1:${port}/tasks/${id}/${action}`;
    const request = fetch(path, { method: 'POST', headers: await service.headersFor(), signal: hangUp.signal });
    const jobId = await queuedJob(id);
    hangUp.abort();
    await expect(request).rejects.toThrow('aborted');
    await service.agent.completes(id, jobId);
    expect((await service.get(`/tasks/${id}/job-status/${jobId}`)).body.status).toBe('succeeded');
    await close();
  });

  test('202: the service stops while somebody waits', async () => {
    const stopping = await service.replica();
    const id = await givenTask(service);
    const waiting = stopping.post(`/tasks/${id}/${action}`);
    await queuedJob(id);
    stopping.deps.waiters.close();
    expect((await waiting).status).toBe(202);
  });
});

async function listen() {
  const server = service.app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  return { port, close: () => new Promise((resolve) => server.close(resolve)) };
}
