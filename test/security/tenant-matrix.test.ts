// Every route of the gateway's table, through the real product, for each kind of person: what each may see and do follows
// from the route's `access`. A route whose access has no rule here fails.
import type { Access } from '@builder-ai/contracts/identity';
import { routes } from '@builder-ai/gateway/routes';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { io } from 'socket.io-client';
import { newHome, type Product, startProduct } from '../stories/product.ts';
import { byKey, call, join, NOBODY, newProject, type Person, signUp } from './people.ts';
import { type Kind, kinds, rule, type Verdict, verdictOf } from './verdicts.ts';

/** What a person gets of a task that belongs to a project. */
const RULES: Partial<Record<Access, Record<Kind, Verdict>>> = {
  'task.read': rule('may', 'may', 'may', 'may', 'may'),
  'task.run': rule('may', 'may', 'forbidden', 'forbidden', 'may'),
  'task.create': rule('may', 'may', 'forbidden', 'forbidden', 'may'),
  // Viewers see no webhook; a key changes one only with the scope for settings, whoever's it is.
  'webhook.read': rule('may', 'may', 'forbidden', 'may', 'may'),
  'webhook.change': rule('may', 'forbidden', 'forbidden', 'forbidden', 'forbidden'),
  // Of the caller's own: read-all and lists show each what is theirs, so these are tested below.
  'notification.read': rule('may', 'may', 'may', 'may', 'may'),
  'project.read': rule('may', 'may', 'may', 'may', 'may'),
  'budget.change': rule('may', 'forbidden', 'forbidden', 'forbidden', 'forbidden'),
  operator: {
    ...rule('forbidden', 'forbidden', 'forbidden', 'forbidden', 'forbidden'),
    stranger: 'forbidden',
  },
};

/** Bodies that the endpoints take; each must get as far as asking who it is that calls. */
const BODIES: Record<string, object | string> = {
  'PATCH /tasks/:id': { budget: { cap_micro_usd: 1_000_000 } },
  'PATCH /projects/:id/budget': { default_task_cap_micro_usd: null },
  'POST /tasks/:id/answer': { answer: 'x' },
  'POST /tasks/:id/messages': { content: 'x' },
  'POST /tasks/:id/fork': { at_step: 0 },
  'PATCH /webhooks/:id': { description: 'x' },
  'POST /tasks/:id/resolve': { call_id: '0.1.1', decision: 'fail' },
};
/** They are about no task in particular: what they show of one is tested below. */
const WITHOUT_TASK = [
  'POST /tasks',
  'GET /tasks',
  'POST /agent',
  'GET /agents',
  'POST /recordings/replay',
  'GET /notifications',
  'GET /notifications/unread-count',
  'POST /notifications/read-all',
  'GET /webhooks',
  'POST /webhooks',
  'GET /ws/',
  'POST /ws/',
];

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let people: Record<Kind, Person>;
let project: string;
let otherProject: string;
let taskId: string;
/** Of the project: what stands for `:id` in the paths of each kind of thing. */
let webhookId: string;
let deliveryId: string;
let notificationId: string;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(home.home, {
    SIGN_UP: 'open',
    RATE_LIMIT_SIGN_IN: '1000',
    RATE_LIMIT_AGENT: '1000',
    OLLAMA: 'off',
    OUTGOING_ALLOW: '127.0.0.1:9',
    WEBHOOK_TIMEOUT_MS: '100',
    AGENT_MODE: 'template',
  });
  const owner = await signUp(product, 'owner');
  const stranger = await signUp(product, 'stranger');
  project = await newProject(product, owner, 'one');
  otherProject = await newProject(product, stranger, 'other');
  people = {
    owner,
    stranger,
    editor: await join(product, owner, project, 'editor'),
    viewer: await join(product, owner, project, 'viewer'),
    nobody: NOBODY,
    'reading key': await byKey(product, owner, ['read']),
    'running key': await byKey(product, owner, ['read', 'run']),
  };
  const made = await call(product, owner, 'POST', '/tasks', {
    type: 'build',
    goal: 'a secret page about tea',
    project_id: project,
  });
  taskId = made.json<{ id: string }>().id;
  const hook = { project_id: project, url: 'http://127.0.0.1:9/tea', events: ['task.completed'] };
  webhookId = (await call(product, owner, 'POST', '/webhooks', hook)).json<{ id: string }>().id;
  await call(product, owner, 'POST', `/tasks/${taskId}/run-all`);
  const firstOf = (path: string) =>
    eventually(async () => (await call(product, owner, 'GET', path)).json<{ id: string }[]>()[0]?.id);
  notificationId = await firstOf('/notifications');
  deliveryId = await firstOf(`/webhooks/${webhookId}/deliveries`);
}, 120_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

const all = routes.map((route) => ({ name: `${route.method.toUpperCase()} ${route.path}`, route }));
const ofTask = all
  .filter(({ name, route }) => route.access !== 'public' && !WITHOUT_TASK.includes(name))
  // What removes something comes after all that looks at it.
  .sort((one, other) => Number(one.route.method === 'delete') - Number(other.route.method === 'delete'));
/** What several may delete is made anew for each. */
async function idFor(name: string, path: string): Promise<string> {
  if (name === 'DELETE /tasks/:id') {
    const wish = { type: 'build', goal: 'a secret page about tea', project_id: project };
    return (await call(product, people.owner, 'POST', '/tasks', wish)).json<{ id: string }>().id;
  }

  if (path.startsWith('/webhooks')) return webhookId;
  if (path.startsWith('/projects')) return project;
  return path.startsWith('/notifications') ? notificationId : taskId;
}

test('every route has a rule', () => {
  expect(all.filter(({ route }) => route.access !== 'public' && !RULES[route.access]).map(({ name }) => name)).toEqual(
    [],
  );
  expect(WITHOUT_TASK.filter((name) => !all.some((each) => each.name === name))).toEqual([]);
});

describe.each(ofTask)('$name', ({ name, route }) => {
  test.each(kinds)('%s', async (kind) => {
    const path = route.path
      .replace(':delivery_id', deliveryId)
      .replace(':id', await idFor(name, route.path))
      .replace('files/*', 'files/index.html')
      .replace(':job_id', '01890000-0000-7000-8000-000000000009');
    const answer = await call(product, people[kind], route.method.toUpperCase(), path, BODIES[name]);
    const expected = RULES[route.access]?.[kind];
    // A job that is not there is hidden from everybody: that the task is not shows in the code.
    const noSuchJob = expected === 'may' && answer.text.includes('JOB_NOT_FOUND');
    expect({ kind, verdict: noSuchJob ? 'may' : verdictOf(answer.status) }).toEqual({ kind, verdict: expected });
    if (expected !== 'may') expect(answer.text).not.toContain('tea');
  });
});

describe('what is about no task in particular', () => {
  test.each(kinds)('lists and searches show %s what is theirs', async (kind) => {
    const may = RULES['task.read']?.[kind];
    for (const query of ['', '?q=secret', `?project_id=${project}`]) {
      const { status, text } = await call(product, people[kind], 'GET', `/tasks${query}`);
      expect({ kind, query, status }).toEqual({ kind, query, status: may === 'unknown' ? 401 : 200 });
      expect(text.includes(taskId)).toBe(may === 'may');
    }
  });

  test.each(kinds)('notifications and webhooks show %s what is theirs', async (kind) => {
    const told = await call(product, people[kind], 'GET', '/notifications');
    const may = RULES['task.read']?.[kind];
    expect([told.status, told.text.includes(taskId)]).toEqual([may === 'unknown' ? 401 : 200, may === 'may']);
    const { status } = await call(product, people[kind], 'POST', '/webhooks', {
      project_id: project,
      url: 'http://127.0.0.1:9/tea',
    });
    expect({ kind, verdict: verdictOf(status) }).toEqual({ kind, verdict: RULES['webhook.change']?.[kind] });
    const webhooks = await call(product, people[kind], 'GET', '/webhooks');
    if (RULES['webhook.read']?.[kind] !== 'may') expect(webhooks.text).not.toContain('tea');
  });

  test.each(kinds)('making a task in the project, as %s', async (kind) => {
    const wish = { type: 'build', goal: 'x', project_id: project };
    const { status } = await call(product, people[kind], 'POST', '/tasks', wish);
    expect({ kind, verdict: verdictOf(status) }).toEqual({ kind, verdict: RULES['task.create']?.[kind] });
  });

  test('nobody puts a task into a project, or a user’s hands, by fields that say so', async () => {
    for (const field of ['owner_id', 'id', 'status', 'seq', 'user_id']) {
      const wish = { type: 'build', goal: 'x', [field]: otherProject };
      expect((await call(product, people.owner, 'POST', '/tasks', wish)).status).toBe(400);
    }
    const fork = await call(product, people.stranger, 'POST', `/tasks/${taskId}/fork`, {
      at_step: 0,
      project_id: otherProject,
    });
    expect([400, 404]).toContain(fork.status);
  });

  test.each(kinds)('an agent in chat has no more rights than %s', async (kind) => {
    const { status, text } = await call(product, people[kind], 'POST', '/agent', {
      message: 'show it',
      task_id: taskId,
    });
    const allowed = RULES['task.run']?.[kind];
    // A viewer may talk; what an agent shows a viewer is what a viewer may see.
    if (allowed === 'unknown') expect(status).toBe(401);
    else if (kind === 'stranger') expect([404, text.includes('tea')]).toEqual([status, false]);
    else if (kind === 'reading key') expect(status).toBe(403);
    else expect(status).toBe(200);
  });

  test.each(kinds)('subscribing to the task, as %s', async (kind) => {
    const socket = io(product.url, {
      path: '/ws',
      extraHeaders: people[kind].headers,
      transports: ['websocket'],
      reconnection: false,
    });
    const heard: unknown[] = [];
    socket.onAny((_name, ...data) => heard.push(...data));
    try {
      const connected = await Promise.race([
        new Promise<string>((resolve) => socket.once('connect', () => resolve('yes'))),
        new Promise<string>((resolve) => socket.once('connect_error', () => resolve('no'))),
      ]);
      const may = RULES['task.read']?.[kind];
      expect(connected).toBe(may === 'unknown' ? 'no' : 'yes');
      if (connected === 'no') return;
      const answer = (await socket.emitWithAck('subscribe_task', taskId, { after: 0 })) as { ok: boolean };
      expect({ kind, ok: answer.ok }).toEqual({ kind, ok: may === 'may' });
      if (may !== 'may') expect(heard).toEqual([]);
    } finally {
      socket.close();
    }
  });
});
