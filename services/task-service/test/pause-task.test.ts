import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenRunningTask, givenService, givenTask } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const commands = (id: string) => findOutboxEvents(service.deps.db, 'task.commands', id);

describe('POST /tasks/:id/pause', () => {
  const pause = (id: string, headers: Record<string, string> = {}) =>
    service.post(`/tasks/${id}/pause`, undefined, headers);

  test('200: agent-service is told who wants it; the task goes on until it says that it stopped', async () => {
    const { id } = await givenRunningTask(service);
    const { status, body } = await pause(id);
    expect([status, body.status]).toEqual([200, 'in_progress']);
    expect((await commands(id)).at(-1)).toMatchObject({
      type: 'run.pause_requested',
      data: { requested_by: 'owner-1' },
    });
  });

  test('200: twice with one Idempotency-Key is one command', async () => {
    const { id } = await givenRunningTask(service);
    for (const _time of [1, 2]) expect((await pause(id, { 'idempotency-key': 'k' })).status).toBe(200);
    expect(await commands(id)).toHaveLength(2);
  });

  test('409: nothing runs', async () => {
    const { status, body } = await pause(await givenTask(service));
    expect([status, body.code]).toEqual([409, 'NOT_RUNNING']);
  });
});
