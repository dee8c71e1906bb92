// Somebody is invited, makes a key, and builds in a shared project; whoever is no member sees nothing of it, by any way.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newClient } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(home.home, { OLLAMA: 'off', ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '' });
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

const owner = () => newClient(product.url);
const answerOf = async <T>(response: Promise<Response>) => (await response).json() as Promise<T>;

/** A project of the owner's, and a key of a new user who was invited there. */
async function givenMember(role: string, email: string): Promise<{ project: string; userId: string; key: string }> {
  const project = await answerOf<{ id: string }>(owner().call('POST', '/projects', { name: email }));
  const invitation = await answerOf<{ token: string }>(
    owner().call('POST', `/projects/${project.id}/invitations`, { role }),
  );
  const signedUp = await fetch(`${product.url}/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'correct horse battery', invitation: invitation.token }),
  });
  expect(signedUp.status).toBe(201);
  const { user_id } = (await signedUp.json()) as { user_id: string };
  const cookie = signedUp.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const made = await fetch(`${product.url}/keys`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'story', scopes: ['read', 'run'] }),
  });
  const { key } = (await made.json()) as { key: string };
  return { project: project.id, userId: user_id, key };
}

test('a new user builds in the project by key; the owner watches; a member of another project sees nothing', async () => {
  const ada = await givenMember('editor', 'ada@example.com');
  const eve = await givenMember('owner', 'eve@example.com');
  const [adas, eves] = [newClient(product.url, ada.key), newClient(product.url, eve.key)];
  const body = { type: 'build', goal: 'a static page about tea', project_id: ada.project };
  expect((await eves.call('POST', '/tasks', body)).status).toBe(404);
  const task = await answerOf<{ id: string; project_id: string }>(adas.call('POST', '/tasks', body));
  expect(task.project_id).toBe(ada.project);
  await adas.runAll(task.id);
  expect((await adas.ended(task.id)).status).toBe('completed');
  expect(Object.keys(await adas.walk(task.id))).toContain('index.html');
  expect(Object.keys(await owner().walk(task.id))).toContain('index.html');

  const reads = [
    '',
    '/logs',
    '/events',
    '/files',
    '/files/index.html',
    '/archive',
    '/diff',
    '/usage',
    '/recording',
    '/preview',
  ];
  for (const read of reads) {
    const path = `/tasks/${task.id}${read}`;
    expect([read, (await adas.call('GET', path)).status]).toEqual([read, 200]);
    expect([read, (await eves.call('GET', path)).status]).toEqual([read, 404]);
  }
  for (const change of ['run', 'run-all', 'run-async', 'cancel', 'pause', 'resume', 'retry', 'approve'])
    expect([change, (await eves.call('POST', `/tasks/${task.id}/${change}`)).status]).toEqual([change, 404]);
  const asked = { message: 'How far is it?', task_id: task.id };
  expect((await eves.call('POST', '/agent', asked)).status).toBe(404);
  expect(await answerOf(eves.call('GET', '/tasks'))).toEqual([]);

  const socket = eves.connect();
  try {
    expect(await socket.timeout(5_000).emitWithAck('subscribe_task', task.id)).toMatchObject({
      code: 'TASK_NOT_FOUND',
    });
  } finally {
    socket.close();
  }
}, 90_000);

test('who was removed sees nothing of it within 5 s, not even what they made', async () => {
  const bob = await givenMember('editor', 'bob@example.com');
  const bobs = newClient(product.url, bob.key);
  const body = { type: 'build', goal: 'a static page about coffee', project_id: bob.project };
  const { id } = await answerOf<{ id: string }>(bobs.call('POST', '/tasks', body));
  expect((await bobs.call('GET', `/tasks/${id}/events`)).status).toBe(200);
  expect((await owner().call('DELETE', `/projects/${bob.project}/members/${bob.userId}`)).status).toBe(204);
  await eventually(async () => {
    for (const path of [`/tasks/${id}`, `/tasks/${id}/events`, `/tasks/${id}/files`])
      expect((await bobs.call('GET', path)).status).toBe(404);
    return true;
  }, 5_000);
  expect((await owner().call('GET', `/tasks/${id}`)).status).toBe(200);
}, 30_000);
