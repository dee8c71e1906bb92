// The feed and the live entries of a project's task: for its members, and nobody else.
import type { Role } from '@builder-ai/contracts/identity';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type GivenService, givenService } from './given-service.ts';
import { collect, toSeqs } from './timeline-message.ts';

const PROJECT = 'project-1';

let given: GivenService;

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

const headersOf = (projects?: Record<string, Role>) => given.headersFor('somebody', 'notification-service', projects);
const strangers = async () => [await headersOf({ 'project-2': 'owner' }), await headersOf()];

test('the feed is read by members, whether it is known here or only to task-service', async () => {
  const known = given.newTask(PROJECT);
  await given.publish(known, 1, 3, PROJECT);
  const status = async (id: string, headers: Record<string, string>) =>
    (await given.get(`/tasks/${id}/events`, headers)).status;
  const member = await headersOf({ [PROJECT]: 'viewer' });
  await eventually(async () => {
    const answer = await given.get(`/tasks/${known}/events`, member);
    return ((await answer.json()) as unknown[]).length === 3;
  });
  for (const id of [known, given.newTask(PROJECT)]) {
    expect(await status(id, member)).toBe(200);
    for (const stranger of await strangers()) expect(await status(id, stranger)).toBe(404);
  }
});

test('a member watches live; a stranger is told that there is no such task', async () => {
  const id = given.newTask(PROJECT);
  const member = await given.connect({ extraHeaders: await headersOf({ [PROJECT]: 'viewer' }) });
  const events = collect(member, id);
  expect(await member.emitWithAck('subscribe_task', id)).toMatchObject({ ok: true });
  for (const extraHeaders of await strangers()) {
    const stranger = await given.connect({ extraHeaders });
    expect(await stranger.emitWithAck('subscribe_task', id)).toMatchObject({ ok: false, code: 'TASK_NOT_FOUND' });
  }
  await given.publish(id, 1, 2, PROJECT);
  await eventually(() => toSeqs(events).length === 2);
});

/** A socket.io connection by polling, by hand: each request with the headers that a test gives it. */
async function startPolling(headers: Record<string, string>) {
  const url = `${given.url}/ws/?EIO=4&transport=polling`;
  const opened = await fetch(url, { headers });
  const { sid } = JSON.parse((await opened.text()).slice(1)) as { sid: string };
  const send = (packet: string, by: Record<string, string>) =>
    fetch(`${url}&sid=${sid}`, { method: 'POST', body: packet, headers: { ...by, 'content-type': 'text/plain' } });
  expect((await send('40', headers)).status).toBe(200);
  return { send, poll: (by: Record<string, string>) => fetch(`${url}&sid=${sid}`, { headers: by }) };
}

test('by polling, each request shows what the connection began with: neither a lost role nor a stranger goes on', async () => {
  const member = await headersOf({ [PROJECT]: 'viewer' });
  for (const other of [
    await headersOf(),
    await headersOf({ [PROJECT]: 'editor' }),
    await given.headersFor('another'),
    {},
  ]) {
    const connection = await startPolling(member);
    expect([(await connection.poll(other)).status, (await connection.send('42["x"]', other)).status]).toEqual([
      400, 400,
    ]);
    expect((await connection.poll(member)).status).toBe(200);
  }
});
