// Every operation of the OpenAPI document is called on the real product, and every answer fits what the document says.
import type { Task } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PASSWORD, signUp } from '../security/people.ts';
import { API_KEY, newHome, type Product, startProduct } from '../stories/product.ts';
import { givenReceiver, visitNotifications, visitWebhooks } from './visit-webhooks.ts';
import { newVisitor, type Visitor } from './visitor.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let api: Visitor;
let receiver: Awaited<ReturnType<typeof givenReceiver>>;

beforeAll(async () => {
  home = await newHome();
  receiver = await givenReceiver();
  const settings = { OLLAMA: 'off', AGENT_MODE: 'template', SIGN_UP: 'open' };
  product = await startProduct(home.home, { ...settings, OUTGOING_ALLOW: new URL(receiver.url).host });
  api = await newVisitor(product, { authorization: `Bearer ${API_KEY}` });
}, 90_000);

afterAll(async () => {
  await product?.stop();
  receiver?.close();
  await home?.remove();
});

/** What an undisturbed product without a model does not come to; the services' own tests have these answers. */
const NOT_REACHED = [
  'POST /tasks/{id}/answer',
  'POST /tasks/{id}/resolve',
  'GET /mcp',
  'DELETE /mcp',
  ...['task-service', 'agent-service', 'notification-service'].flatMap((service) => [
    `GET /admin/dead-letters/${service}/{id}`,
    `POST /admin/dead-letters/${service}/{id}/replay`,
    `POST /admin/dead-letters/${service}/{id}/discard`,
  ]),
];

async function newTask(wish: object = {}): Promise<string> {
  const body = { goal: 'build a landing page with a contact form', ...wish };
  return (await api.call<Task>('POST', '/tasks', 200, { body })).body.id;
}

const until = (id: string, statuses: string[]) =>
  eventually(async () => {
    const { body } = await api.call<Task>('GET', '/tasks/{id}', 200, { path: { id } });
    return statuses.includes(body.status) && body;
  }, 60_000);

test('tasks: made, run, steered, forked and read', async () => {
  const id = await newTask();
  const path = { id };
  await api.call('GET', '/tasks/{id}/usage', 200, { path });
  await api.call('GET', '/tasks/{id}/files', 200, { path });
  await api.call('POST', '/tasks/{id}/run', 200, { path });
  await api.call('PATCH', '/tasks/{id}', 200, { path, body: { budget: { cap_micro_usd: 1_000_000 } } });
  await api.call('POST', '/tasks/{id}/run-all', 200, { path });
  await api.call('POST', '/tasks/{id}/retry', 200, { path, body: { step: 0 } });
  await until(id, ['completed']);
  await api.call('POST', '/tasks/{id}/messages', 200, { path, body: { content: 'Thank you.' } });
  await api.call('POST', '/tasks/{id}/fork', 200, { path, body: { at_step: 1 } });
  for (const read of ['', '/logs', '/events', '/files', '/usage', '/diff', '/archive', '/preview', '/recording'])
    await api.call('GET', `/tasks/{id}${read}`, 200, { path });
  await api.call('GET', '/tasks/{id}/events', 200, { path, query: '?after=2&limit=3' });
  await api.call('GET', '/tasks/{id}/files/{path}', 200, { path: { id, path: 'index.html' } });
  await api.call('GET', '/tasks', 200, { query: '?limit=1&status=completed' });
  const { body: preview } = await api.call<{ url: string }>('GET', '/tasks/{id}/preview', 200, { path });
  const token = preview.url.split('/')[2] as string;
  await api.call('GET', '/preview/{token}/{path}', 200, { path: { token, path: 'index.html' } });
  const { text: recording } = await api.call('GET', '/tasks/{id}/recording', 200, { path });
  await api.call('DELETE', '/tasks/{id}', 204, { path });
  await api.call('DELETE', '/tasks/{id}', 404, { path });
  await api.call('POST', '/recordings/replay', 200, { body: recording, type: 'application/jsonl' });
}, 120_000);

test('tasks: approved, paused, resumed and cancelled', async () => {
  const id = await newTask({ approval: 'step' });
  const path = { id };
  const { body: job } = await api.call<{ job_id: string }>('POST', '/tasks/{id}/run-async', 202, { path });
  await api.call('GET', '/tasks/{id}/job-status/{job_id}', 200, { path: { id, job_id: job.job_id } });
  await until(id, ['waiting']);
  await api.call('POST', '/tasks/{id}/run-async', 409, { path });
  await api.call('POST', '/tasks/{id}/approve', 200, { path, body: {} });
  await until(id, ['waiting', 'completed']);
  await api.call('POST', '/tasks/{id}/cancel', 200, { path });
  await until(id, ['cancelled', 'completed']);
  await eventually(async () => {
    const fast = await newTask();
    await api.call('POST', '/tasks/{id}/run-async', 202, { path: { id: fast } });
    // A template is soon done: whoever is too late takes another one.
    const paused = await api.call('POST', '/tasks/{id}/pause', 200, { path: { id: fast } }).catch(() => undefined);
    if (!paused || (await until(fast, ['waiting', 'completed'])).status !== 'waiting') return false;
    await api.call('POST', '/tasks/{id}/resume', 200, { path: { id: fast } });
    return true;
  }, 60_000);
}, 150_000);

test('a tag never stands for what has changed', async () => {
  const id = await newTask();
  const path = { id };
  const read = async (template: string, tag = '') =>
    api.call<Task & Task[]>('GET', template, 200, { path, headers: { 'if-none-match': tag } });
  const task = await read('/tasks/{id}');
  const list = await read('/tasks');
  await api.call('PATCH', '/tasks/{id}', 200, { path, body: { budget: { cap_micro_usd: 7 } } });
  const changed = await read('/tasks/{id}', task.headers.get('etag') as string);
  expect(changed.body.budget.cap_micro_usd).toBe(7);
  expect(changed.headers.get('etag')).toBe(`"${changed.body.seq}"`);
  await api.call('POST', '/tasks/{id}/cancel', 200, { path });
  const relisted = await read('/tasks', list.headers.get('etag') as string);
  expect(relisted.body.find((item: Task) => item.id === id)?.status).toBe('cancelled');
  // The tag of a plan that was read is the one that a change of it names.
  const stale = { 'if-match': task.headers.get('etag') as string };
  const other = await newTask({ approval: 'plan' });
  await api.call('POST', '/tasks/{id}/run-async', 202, { path: { id: other } });
  const { body, headers } = await eventually(async () => {
    const answer = await api.call<Task>('GET', '/tasks/{id}', 200, { path: { id: other } });
    return answer.body.status === 'waiting' && answer;
  }, 60_000);
  const plan = body.plan.map(({ description }) => ({ description: `${description}!` }));
  await api.call('PATCH', '/tasks/{id}', 412, { path: { id: other }, body: { plan }, headers: stale });
  const fresh = { 'if-match': headers.get('etag') as string };
  await api.call('PATCH', '/tasks/{id}', 200, { path: { id: other }, body: { plan }, headers: fresh });
}, 90_000);

test('what is refused is a problem that the document names', async () => {
  const path = { id: 'no-such-task' };
  await api.call('POST', '/tasks', 400, { body: { goal: ' ' } });
  await api.call('POST', '/tasks', 400, { body: { goal: 'x', colour: 'blue' } });
  await api.call('POST', '/tasks', 400, { body: '{"goal"' });
  await api.call('POST', '/tasks', 415, { body: 'goal=x', type: 'application/x-www-form-urlencoded' });
  await api.call('POST', '/tasks', 413, { body: { goal: 'x'.repeat(300_000) } });
  for (const read of ['', '/logs', '/events', '/files', '/usage', '/diff', '/archive', '/preview', '/recording'])
    await api.call('GET', `/tasks/{id}${read}`, 404, { path });
  for (const change of ['run', 'run-all', 'run-async', 'pause', 'resume', 'cancel'])
    await api.call('POST', `/tasks/{id}/${change}`, 404, { path });
  await api.call('GET', '/tasks', 401, { headers: { authorization: 'Bearer nobody' } });
  await api.call('GET', '/tasks', 400, { query: '?limit=0' });
  await api.call('GET', '/tasks/{id}/files/{path}', 400, { path: { id: await newTask(), path: 'a*b' } });
  await api.call('POST', '/agent', 404, { body: { message: 'Hello', conversation_id: 'no-such' } });
  const again = { 'idempotency-key': 'k1' };
  await api.call('POST', '/tasks', 200, { body: { goal: 'one' }, headers: again });
  await api.call('POST', '/tasks', 422, { body: { goal: 'two' }, headers: again });
  await api.call('POST', '/recordings/replay', 400, { body: 'no recording', type: 'application/jsonl' });
  await api.call('GET', '/mcp', 405);
}, 60_000);

test('accounts, keys, projects, invitations, users and the audit log', async () => {
  const credentials = { email: 'owner@example.com', password: 'correct horse battery staple' };
  await api.call('POST', '/account', 201, { body: credentials });
  await api.call('POST', '/sign-in', 200, { body: credentials });
  await api.call('POST', '/sign-in', 401, { body: { ...credentials, password: 'wrong' } });
  await api.call('POST', '/password', 204, {
    body: { current_password: credentials.password, password: 'another horse, another staple' },
  });
  await api.call('POST', '/sign-up', 201, { body: { ...credentials, email: 'new@example.com' } });
  await api.call('POST', '/sign-up', 409, { body: { ...credentials, email: 'new@example.com' } });
  const { body: key } = await api.call<{ id: string }>('POST', '/keys', 201, { body: { name: 'k', scopes: ['read'] } });
  await api.call('GET', '/keys', 200);
  await api.call('DELETE', '/keys/{id}', 204, { path: { id: key.id } });
  const { body: project } = await api.call<{ id: string }>('POST', '/projects', 201, { body: { name: 'Website' } });
  const path = { id: project.id };
  await api.call('PATCH', '/projects/{id}', 200, { path, body: { name: 'Site' } });
  await api.call('PATCH', '/projects/{id}/budget', 200, { path, body: { cap_micro_usd: 1_000 } });
  await api.call('GET', '/projects/{id}/budget', 200, { path });
  const invite = () =>
    api.call<{ id: string; token: string }>('POST', '/projects/{id}/invitations', 201, {
      path,
      body: { role: 'editor' },
    });
  const { body: unused } = await invite();
  await api.call('GET', '/projects/{id}/invitations', 200, { path });
  await api.call('DELETE', '/projects/{id}/invitations/{invitation_id}', 204, {
    path: { ...path, invitation_id: unused.id },
  });
  const ada = await newVisitor(product, (await signUp(product, 'ada')).headers);
  const { body: used } = await invite();
  await ada.call('POST', '/invitations/accept', 200, { body: { token: used.token } });
  const { body: me } = await ada.call<{ user_id: string }>('GET', '/me', 200);
  const { body: sessions } = await ada.call<{ id: string }[]>('GET', '/sessions', 200);
  await api.call('GET', '/projects/{id}/members', 200, { path });
  await api.call('GET', '/projects', 200);
  const member = { ...path, user_id: me.user_id };
  await api.call('PUT', '/projects/{id}/members/{user_id}', 200, { path: member, body: { role: 'viewer' } });
  await api.call('DELETE', '/projects/{id}/members/{user_id}', 204, { path: member });
  await ada.call('DELETE', '/sessions/{id}', 204, { path: { id: sessions[0]?.id as string } });
  await api.call('GET', '/users', 200);
  await api.call('PATCH', '/users/{id}', 200, { path: { id: me.user_id }, body: { disabled: true } });
  await api.call('DELETE', '/users/{id}', 204, { path: { id: me.user_id } });
  await api.call('DELETE', '/users/{id}', 404, { path: { id: me.user_id } });
  await api.call('DELETE', '/projects/{id}', 204, { path });
  await api.call('DELETE', '/projects/{id}', 404, { path });
  const eve = await newVisitor(product, (await signUp(product, 'eve')).headers);
  await eve.call('POST', '/account/delete', 401, { body: { password: 'wrong' } });
  await eve.call('POST', '/account/delete', 204, { body: { password: PASSWORD } });
  await api.call('GET', '/audit', 200);
  expect([...ada.faults(), ...eve.faults()]).toEqual([]);
  for (const name of ['POST /invitations/accept', 'GET /sessions', 'DELETE /sessions/{id}', 'POST /account/delete'])
    accounted.add(name);
}, 60_000);

/** What somebody else than the owner did. */
const accounted = new Set<string>();

test('webhooks and notifications', async () => {
  await visitWebhooks(api, receiver.url);
  await visitNotifications(api);
}, 90_000);

test('pages, documents, health and the rest', async () => {
  for (const path of ['/health', '/health/liveness', '/health/readiness', '/metrics', '/me', '/agents'])
    await api.call('GET', path, 200);
  for (const path of ['/openapi.json', '/asyncapi.json', '/docs', '/docs/events']) await api.call('GET', path, 200);
  await api.call('GET', '/sign-in', 303, { query: new URL(product.signInLink).search });
  await api.call('POST', '/sign-out', 204);
  for (const service of ['task-service', 'agent-service', 'notification-service'])
    await api.call('GET', `/admin/dead-letters/${service}`, 200);
  const accept = 'application/json, text/event-stream';
  await api.call('POST', '/agent', 200, { body: { message: 'say hello world' } });
  await api.call('POST', '/mcp', 200, {
    body: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    headers: { accept },
  });
}, 60_000);

test('every answer so far fits the document', () => {
  expect(api.faults()).toEqual([]);
});

test('every operation of the document was done, but those that are named here', () => {
  const missing = api.operations().filter((name) => !api.succeeded(name) && !accounted.has(name));
  expect(missing.sort()).toEqual([...NOT_REACHED].sort());
});
