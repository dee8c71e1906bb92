// Who looks at a project is sent its tasks as lists show them, when something changes that lists show.
import { taskCreated } from '@builder-ai/contracts/events/task-created';
import { taskCompleted } from '@builder-ai/contracts/events/timeline-entries';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Socket } from 'socket.io-client';
import { type GivenService, givenService, OWNER } from './given-service.ts';
import { toEntry } from './timeline-message.ts';

type ProjectUpdate = { project_id: string; task: Record<string, unknown> & { id: string; seq: number } };

const PROJECT = 'project-1';

let given: GivenService;

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

const memberHeaders = () => given.headersFor('ann', 'notification-service', { [PROJECT]: 'viewer' });

function collectUpdates(socket: Socket): ProjectUpdate[] {
  const updates: ProjectUpdate[] = [];
  socket.on('project_update', (update: ProjectUpdate) => updates.push(update));
  return updates;
}

test('a member is sent each task of the project without its logs, and none of another one', async () => {
  const socket = await given.connect({ extraHeaders: await memberHeaders() });
  const updates = collectUpdates(socket);
  expect(await socket.emitWithAck('subscribe_project', PROJECT)).toEqual({ ok: true, seq: 0 });
  const [mine, other] = [given.newTask(PROJECT), given.newTask('project-2')];
  const task = given.taskService.tasks.get(mine);
  Object.assign(task ?? {}, { logs: [{ message: 'x' }], messages: ['x'], plan: [{ index: 0, logs: ['x'] }], seq: 2 });
  await given.bus.publish([toEntry(other, 1, taskCreated, {}, 'project-2')]);
  await given.bus.publish([toEntry(mine, 1, taskCreated, {}, PROJECT), toEntry(mine, 2, taskCompleted, {}, PROJECT)]);
  await eventually(() => updates.at(-1)?.task.seq === 2);
  expect(updates.at(-1)).toEqual({
    project_id: PROJECT,
    task: { ...task, logs: [], messages: [], collaboration_log: null, plan: [{ index: 0, logs: [] }] },
  });
  expect(new Set(updates.map((update) => update.task.id))).toEqual(new Set([mine]));
});

test('log lines are no news for a list', async () => {
  const socket = await given.connect({ extraHeaders: await memberHeaders() });
  const updates = collectUpdates(socket);
  await socket.emitWithAck('subscribe_project', PROJECT);
  const [quiet, told] = [given.newTask(PROJECT), given.newTask(PROJECT)];
  await given.publish(quiet, 1, 5, PROJECT);
  await eventually(
    async () => (await (await given.get(`/tasks/${quiet}/events?after=4`, await memberHeaders())).text()).length > 2,
  );
  await given.bus.publish([toEntry(told, 1, taskCreated, {}, PROJECT)]);
  await eventually(() => updates.some(({ task }) => task.id === told));
  expect(updates.filter(({ task }) => task.id === quiet)).toEqual([]);
});

test("without an id it is the caller's own, and who leaves is sent nothing more", async () => {
  const socket = await given.connect();
  const updates = collectUpdates(socket);
  await socket.emitWithAck('subscribe_project', null);
  const [first, second] = [given.newTask(), given.newTask()];
  await given.bus.publish([toEntry(first, 1, taskCreated)]);
  await eventually(() => updates.length > 0);
  expect(updates[0]).toMatchObject({ project_id: OWNER, task: { id: first } });
  await socket.emitWithAck('unsubscribe_project', null);
  const asked = given.taskService.asked.length;
  await given.bus.publish([toEntry(second, 1, taskCreated)]);
  const events: unknown[] = [];
  socket.on('task_event', (event) => events.push(event));
  await socket.emitWithAck('subscribe_task', second, { after: 0 });
  await eventually(() => events.length === 1 && given.taskService.asked.length > asked);
  expect(updates.filter(({ task }) => task.id === second)).toEqual([]);
});

test.each([['project-2'], ['owner-2'], [''], [7], [{}]])('%j is no project of the caller', async (id) => {
  const socket = await given.connect({ extraHeaders: await memberHeaders() });
  expect(await socket.emitWithAck('subscribe_project', id)).toMatchObject({ ok: false, code: 'PROJECT_NOT_FOUND' });
});
