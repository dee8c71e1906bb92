// DELETE /tasks/:id: what is told, what is left, and that nothing brings a deleted task back.
import { logAdded } from '@builder-ai/contracts/events/log-added';
import { runCompleted } from '@builder-ai/contracts/events/run-completed';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { checkTasks } from '../src/doctor/check-tasks.ts';
import { rebuildTask } from '../src/doctor/rebuild-task.ts';
import {
  findOutboxEvents,
  type GivenService,
  givenRunningTask,
  givenService,
  givenTask,
  OWNER,
  STRANGER,
} from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

type Caller = Parameters<GivenService['headersFor']>[0];

const remove = (id: string, caller?: Caller) => service.delete(`/tasks/${id}`, caller);

const rowOf = async (id: string) => (await service.deps.db.query('select * from tasks where id = $1', [id]))[0];
const entriesOf = (id: string) => service.deps.db.query('select seq from timeline where task_id = $1', [id]);
const commands = (id: string) => findOutboxEvents(service.deps.db, 'task.commands', id);
const line = { level: 'info' as const, agent: null, step: null, message: 'late' };

describe('DELETE /tasks/:id', () => {
  test('204: nobody is shown it from then on, and a second time it is 404', async () => {
    const id = await givenTask(service, { goal: 'a page about secrets' });
    const before = await service.get(`/tasks/${id}`);
    const listed = await service.get('/tasks');
    expect(listed.body[0].id).toBe(id);
    expect((await remove(id)).status).toBe(204);
    expect((await service.get(`/tasks/${id}`)).body.code).toBe('TASK_NOT_FOUND');
    const again = await request(service.app)
      .get(`/tasks/${id}`)
      .set({ ...(await service.headersFor()), 'if-none-match': before.headers.etag as string });
    expect(again.status).toBe(404);
    const list = await request(service.app)
      .get('/tasks')
      .set({ ...(await service.headersFor()), 'if-none-match': listed.headers.etag as string });
    expect(list.status).toBe(200);
    expect(list.body.map((task: { id: string }) => task.id)).not.toContain(id);
    for (const path of ['run', 'cancel', 'fork', 'messages'])
      expect(
        (
          await service.post(
            `/tasks/${id}/${path}`,
            path === 'fork' ? { at_seq: 1 } : path === 'messages' ? { content: 'hi' } : undefined,
          )
        ).status,
      ).toBe(404);
    expect((await service.get(`/tasks/${id}/logs`)).status).toBe(404);
    expect((await remove(id)).status).toBe(404);
  });

  test('204: nothing of it is left but its id, whose it was, and when it went', async () => {
    const { id } = await givenRunningTask(service);
    await remove(id);
    expect(await entriesOf(id)).toEqual([]);
    expect(await rowOf(id)).toMatchObject({
      owner_id: OWNER,
      deleted_at: expect.any(Date),
      title: '',
      goal: '',
      plan: [],
      metadata: {},
      messages: [],
      logs: [],
      error: null,
    });
  });

  test('204: agent-service and the feed are told, once each, as the last of the task', async () => {
    const { id } = await givenRunningTask(service);
    const { seq } = (await service.get(`/tasks/${id}`)).body;
    const fork = (await service.post(`/tasks/${id}/fork`, { at_step: 0 })).body.id;
    await remove(id);
    await remove(id);
    expect((await commands(id)).filter(({ type }) => type === 'task.deleted')).toMatchObject([
      { data: { deleted_by: OWNER, forks: [fork] } },
    ]);
    expect((await commands(id)).at(-1).type).toBe('task.deleted');
    const told = await findOutboxEvents(service.deps.db, 'task.events', id);
    expect(told.at(-1)).toMatchObject({ type: 'task.deleted', seq: seq + 1, ownerid: OWNER });
    expect(told.filter(({ type }) => type === 'task.deleted')).toHaveLength(1);
  });

  test('204: whoever waits for its run is told that there is no task; its job has failed', async () => {
    const id = await givenTask(service);
    const waiting = service.post(`/tasks/${id}/run`);
    const jobId = await eventually(async () => {
      const [job] = await service.deps.db.query<{ id: string }>('select id from jobs where task_id = $1', [id]);
      return job?.id;
    });
    expect((await remove(id)).status).toBe(204);
    expect((await waiting).body.code).toBe('TASK_NOT_FOUND');
    const { body } = await service.get(`/tasks/${id}/job-status/${jobId}`);
    expect(body).toMatchObject({ status: 'failed', result: { error: 'Task not found' } });
  });

  test('403 for a viewer; 404 for strangers and for what there is not', async () => {
    const id = await givenTask(service, { project_id: 'project-1' }, {
      userId: OWNER,
      kind: 'user',
      scopes: ['read', 'run'],
      projects: { 'project-1': 'editor' },
    } as never);
    const viewer = {
      userId: 'viewer',
      kind: 'user' as const,
      scopes: ['read' as const, 'run' as const],
      projects: { 'project-1': 'viewer' as const },
    };
    expect((await remove(id, viewer)).status).toBe(403);
    expect((await remove(id, { ...viewer, scopes: ['read'] })).status).toBe(403);
    expect((await remove(id, STRANGER)).body.code).toBe('TASK_NOT_FOUND');
    expect((await remove('unknown')).body.code).toBe('TASK_NOT_FOUND');
    expect(await rowOf(id)).toMatchObject({ deleted_at: null });
  });
});

test('late events of its run are dropped, also where this process had its row', async () => {
  const { id, jobId } = await givenRunningTask(service);
  await service.agent.says(id, logAdded, line);
  await remove(id);
  await service.agent.says(id, logAdded, line);
  await service.agent.says(id, runCompleted, { job_id: jobId });
  expect(await entriesOf(id)).toEqual([]);
  expect(await service.deps.db.query(`select 1 from dead_letters where key = $1`, [id])).toEqual([]);
  expect((await service.get(`/tasks/${id}`)).status).toBe(404);
});

test('a fork goes on without its parent', async () => {
  const { id } = await givenRunningTask(service);
  const fork = (await service.post(`/tasks/${id}/fork`, { at_step: 0 })).body.id;
  await remove(id);
  expect((await service.get(`/tasks/${fork}`)).body).toMatchObject({ id: fork, forked_from: { task_id: id } });
  expect((await service.post(`/tasks/${fork}/run-async`)).status).toBe(202);
});

test('a check of the database finds nothing amiss, and a rebuild brings nothing back', async () => {
  const { id } = await givenRunningTask(service);
  await remove(id);
  expect((await checkTasks(service.deps.db)).filter(({ subject }) => subject === id)).toEqual([]);
  expect(await rebuildTask(service.deps, id)).toBe(false);
  expect(await rowOf(id)).toMatchObject({ title: '', deleted_at: expect.any(Date) });
});
