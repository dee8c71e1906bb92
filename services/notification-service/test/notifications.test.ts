// Who is told of what: tasks that have ended or wait, to those who may see them, each reader with a state of his own.
import { taskCreated } from '@builder-ai/contracts/events/task-created';
import { taskCompleted, taskFailed, taskWaiting } from '@builder-ai/contracts/events/timeline-entries';
import type { Role } from '@builder-ai/contracts/identity';
import type { Notification } from '@builder-ai/contracts/notification';
import { newId } from '@builder-ai/platform/new-id';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type GivenService, givenService } from './given-service.ts';
import { toEntry } from './timeline-message.ts';

let given: GivenService;
/** Each test has a project of its own. */
let project: string;

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

beforeEach(() => {
  project = newId();
});

const headersOf = (user: string, role: Role = 'viewer') =>
  given.headersFor(user, 'notification-service', { [project]: role });

async function list(headers: Record<string, string>, query = ''): Promise<Notification[]> {
  const answer = await given.get(`/notifications${query}`, headers);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Notification[];
}

async function post(
  path: '/notifications/read-all' | `/notifications/${string}/read`,
  headers: Record<string, string>,
) {
  const answer = await fetch(given.url + path, { method: 'POST', headers });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

const unread = async (headers: Record<string, string>) =>
  ((await (await given.get('/notifications/unread-count', headers)).json()) as { unread: number }).unread;

/** A task that was made, waited, failed and was completed, in this order. */
async function givenTaskOf(ownerId = project): Promise<string> {
  const id = given.newTask(ownerId);
  await given.bus.publish([
    toEntry(id, 1, taskCreated, { title: 'A page about tea' }, ownerId),
    toEntry(id, 2, taskWaiting, { waiting_for: 'budget', reason: 'The budget is spent' }, ownerId),
    toEntry(id, 3, taskWaiting, { waiting_for: 'resume', reason: 'Paused' }, ownerId),
    toEntry(id, 4, taskFailed, { error: 'Step 2 failed' }, ownerId),
    toEntry(id, 5, taskCompleted, {}, ownerId),
  ]);
  return id;
}

test('members are told of a task that waits, fails or is done; not of a pause, which somebody has made', async () => {
  const taskId = await givenTaskOf();
  const member = await headersOf('ann');
  const found = await eventually(async () => {
    const all = await list(member);
    return all.length === 3 && all;
  });
  expect(found.map(({ kind, detail, waiting_for }) => [kind, detail, waiting_for])).toEqual([
    ['task_completed', '', null],
    ['task_failed', 'Step 2 failed', null],
    ['task_waiting', 'The budget is spent', 'budget'],
  ]);
  expect(found[0]).toEqual({
    id: expect.any(String),
    kind: 'task_completed',
    project_id: project,
    task_id: taskId,
    webhook_id: null,
    title: 'A page about tea',
    detail: '',
    waiting_for: null,
    created_at: expect.stringMatching(/Z$/),
    read_at: null,
  });
});

test('a personal project has no id in them', async () => {
  const user = newId();
  await givenTaskOf(user);
  const headers = await given.headersFor(user);
  await eventually(async () => (await list(headers)).length === 3);
  expect((await list(headers)).map(({ project_id }) => project_id)).toEqual([null, null, null]);
});

test('an event that comes again tells nobody again', async () => {
  const id = given.newTask(project);
  const messages = [toEntry(id, 1, taskCreated, {}, project), toEntry(id, 2, taskCompleted, {}, project)];
  await given.bus.publish([...messages, ...messages]);
  await given.bus.publish([toEntry(id, 3, taskFailed, {}, project)]);
  const headers = await headersOf('ann');
  await eventually(async () => (await list(headers))[0]?.kind === 'task_failed');
  expect((await list(headers)).map(({ kind }) => kind)).toEqual(['task_failed', 'task_completed']);
});

test('who is no member sees none, reads none and is sent none', async () => {
  await givenTaskOf();
  const member = await headersOf('ann');
  const [stranger, former] = [await given.headersFor(newId()), await given.headersFor('bob')];
  await eventually(async () => (await list(member)).length === 3);
  const [one] = await list(member);
  for (const headers of [stranger, former]) {
    expect(await list(headers)).toEqual([]);
    expect(await unread(headers)).toBe(0);
    const { status, body } = await post(`/notifications/${one?.id}/read`, headers);
    expect([status, body.code]).toEqual([404, 'NOTIFICATION_NOT_FOUND']);
    expect((await post('/notifications/read-all', headers)).body).toEqual({ read: 0 });
  }
  expect(await unread(member)).toBe(3);
});

describe('reading', () => {
  test('one is read by one reader, and again is harmless', async () => {
    await givenTaskOf();
    const [ann, bob] = [await headersOf('ann'), await headersOf('bob')];
    await eventually(async () => (await unread(ann)) === 3);
    const [newest] = await list(ann);
    const { body } = await post(`/notifications/${newest?.id}/read`, ann);
    expect(body).toEqual({ ...newest, read_at: expect.stringMatching(/Z$/) });
    expect((await post(`/notifications/${newest?.id}/read`, ann)).body).toEqual(body);
    expect([await unread(ann), await unread(bob)]).toEqual([2, 3]);
    expect((await list(ann, '?unread=true')).map(({ id }) => id)).not.toContain(newest?.id);
  });

  test('all that there are', async () => {
    await givenTaskOf();
    const [ann, bob] = [await headersOf('ann'), await headersOf('bob')];
    await eventually(async () => (await unread(ann)) === 3);
    expect((await post('/notifications/read-all', ann)).body).toEqual({ read: 3 });
    expect([await unread(ann), await unread(bob)]).toEqual([0, 3]);
  });

  test.each(['nothing', newId(), "' or 1=1 --"])('what is no notification, %s', async (id) => {
    const answer = await post(`/notifications/${encodeURIComponent(id)}/read`, await headersOf('ann'));
    expect([answer.status, answer.body.code]).toEqual([404, 'NOTIFICATION_NOT_FOUND']);
  });
});

test('page after page gives each once', async () => {
  await givenTaskOf();
  const headers = await headersOf('ann');
  await eventually(async () => (await list(headers)).length === 3);
  const seen: string[] = [];
  for (let path: string | undefined = '/notifications?limit=2'; path; ) {
    const answer: Response = await given.get(path, headers);
    seen.push(...((await answer.json()) as Notification[]).map(({ id }) => id));
    path = answer.headers.get('link')?.match(/<(.+)>; rel="next"/)?.[1];
  }
  expect(seen).toEqual((await list(headers)).map(({ id }) => id));
});

test.each(['?limit=0', '?limit=101', '?cursor=x', '?unread=maybe', '?other=1'])('%s is refused', async (query) => {
  expect((await given.get(`/notifications${query}`, await headersOf('ann'))).status).toBe(400);
});

test('without an identity nobody is told anything', async () => {
  for (const path of ['/notifications', '/notifications/unread-count'])
    expect((await given.get(path, {})).status).toBe(401);
});

test('a socket of a member is sent it as it comes, and one of a stranger is not', async () => {
  const heard: Record<string, Notification[]> = { ann: [], eve: [] };
  for (const [user, headers] of [
    ['ann', await headersOf('ann')],
    ['eve', await given.headersFor('eve')],
  ] as const) {
    const socket = await given.connect({ extraHeaders: headers });
    socket.on('notification', (one: Notification) => heard[user]?.push(one));
    // Joined by the time that it has an answer.
    await socket.emitWithAck('unsubscribe_task', 'nothing');
  }
  await givenTaskOf();
  await eventually(() => heard.ann?.length === 3);
  expect(heard.ann?.[2]).toMatchObject({ kind: 'task_completed', project_id: project, read_at: null });
  expect(heard.eve).toEqual([]);
});
