// One user's sockets and streams are counted, and so are their messages: others are not kept waiting by them.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type GivenService, givenService } from './given-service.ts';

let given: GivenService;

beforeAll(async () => {
  given = await givenService({ SOCKETS_PER_USER: '3', SOCKET_MESSAGES_PER_MINUTE: '20' });
});

afterAll(() => given.close());

test('sockets and streams of one user, at a time', async () => {
  const taskId = given.newTask();
  const [first] = [await given.connect(), await given.connect()];
  const headers = { ...(await given.headersFor()), accept: 'text/event-stream' };
  const abort = new AbortController();
  const open = () => fetch(`${given.url}/tasks/${taskId}/events`, { headers, signal: abort.signal });
  expect((await open()).status).toBe(200);
  await expect(given.connect()).rejects.toMatchObject({ data: { code: 'RATE_LIMITED' } });
  expect((await open()).status).toBe(429);
  await given.connect({ extraHeaders: await given.headersFor('owner-2') });
  first.close();
  abort.abort();
  await eventually(async () => (await given.connect().catch(() => undefined)) !== undefined);
});

test('messages of one user, in a minute', async () => {
  const socket = await given.connect({ extraHeaders: await given.headersFor('owner-3') });
  const ask = () => socket.emitWithAck('unsubscribe_task', 'nothing');
  const answers = await Promise.all(Array.from({ length: 30 }, ask));
  expect(answers.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(20);
  expect(answers.at(-1)).toMatchObject({ ok: false, code: 'RATE_LIMITED' });
});
