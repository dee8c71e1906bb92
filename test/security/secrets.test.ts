// Canaries in every place where a secret comes in: none of them is in anything that is kept, logged, measured or answered.
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newHome, type Product, startProduct } from '../stories/product.ts';
import { call, type Person, signUp } from './people.ts';

const CANARIES = {
  'the API key of the environment': 'canary-builder-key-000000000001',
  'the key for Claude': `${'sk-ant'}-canary-anthropic-0000000002`,
  'the key for ChatGPT': `${'sk'}-canary-openai-000000000000003`,
  'a wrong key': 'bai_canary-wrong-key-00000000000004',
  'a wrong password': 'canary wrong password 05',
  'a password': 'correct horse battery staple',
};

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let secrets: Record<string, string>;
const answers: string[] = [];

/** A provider that says in its errors what it was sent: some do. */
const provider = createServer((request, response) => {
  const sent = `${request.headers['x-api-key'] ?? ''} ${request.headers.authorization ?? ''}`;
  response.writeHead(401, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ type: 'error', error: { type: 'authentication_error', message: `bad key ${sent}` } }));
});

async function told(person: Person, method: string, path: string, body?: unknown) {
  const answer = await call(product, person, method, path, body);
  answers.push(answer.text);
  return answer;
}

beforeAll(async () => {
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const providerUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  home = await newHome();
  product = await startProduct(home.home, {
    LOG_LEVEL: 'debug',
    BUILDER_API_KEY: CANARIES['the API key of the environment'],
    ANTHROPIC_API_KEY: CANARIES['the key for Claude'],
    ANTHROPIC_BASE_URL: providerUrl,
    OPENAI_API_KEY: CANARIES['the key for ChatGPT'],
    OPENAI_BASE_URL: `${providerUrl}/v1`,
    SIGN_UP: 'open',
    OLLAMA: 'off',
  });
  const owner = { name: 'owner', headers: { authorization: `Bearer ${CANARIES['the API key of the environment']}` } };
  const user = await signUp(product, 'user');
  const link = await fetch(product.signInLink, { redirect: 'manual' });
  const made = await call(product, user, 'POST', '/keys', { name: 'k', scopes: ['read', 'run'] });
  const project = await call(product, user, 'POST', '/projects', { name: 'p' });
  const invited = await call(product, user, 'POST', `/projects/${project.json<{ id: string }>().id}/invitations`, {
    role: 'viewer',
  });
  secrets = {
    ...CANARIES,
    'an API key': made.json<{ key: string }>().key,
    'an invitation': invited.json<{ token: string }>().token,
    'the link that signs in': new URL(product.signInLink).searchParams.get('token') as string,
    'the session of the link': cookieValue(link.headers.getSetCookie()[0]),
    'the session of an account': cookieValue(user.headers.cookie),
  };
  const byKey = { name: 'key', headers: { authorization: `Bearer ${secrets['an API key']}` } };
  await told({ name: 'x', headers: { authorization: `Bearer ${CANARIES['a wrong key']}` } }, 'GET', '/tasks');
  await told(user, 'POST', '/sign-in', { email: 'user@example.com', password: CANARIES['a wrong password'] });
  await told(user, 'GET', `/tasks?api_key=${CANARIES['a wrong key']}`);
  for (const agent_mode of ['claude', 'chatgpt', 'template']) {
    const goal = 'build a hello world script';
    const task = await told(byKey, 'POST', '/tasks', { type: 'build', goal, agent_mode });
    const { id } = task.json<{ id: string }>();
    await told(byKey, 'POST', `/tasks/${id}/run-all`);
    for (const part of ['', '/logs', '/events', '/usage', '/recording', '/files'])
      await told(byKey, 'GET', `/tasks/${id}${part}`);
  }
  await told(byKey, 'POST', '/agent', { message: 'hello' });
  for (const path of ['/metrics', '/audit', '/users', '/agents', '/health/readiness']) await told(owner, 'GET', path);
  for (const path of ['/keys', '/sessions', '/me', '/projects']) await told(user, 'GET', path);
}, 180_000);

afterAll(async () => {
  provider.closeAllConnections();
  provider.close();
  await product?.stop();
  await home?.remove();
});

const cookieValue = (cookie = '') => cookie.split(';')[0]?.split('=')[1] as string;

const names = [
  'the API key of the environment',
  'the key for Claude',
  'the key for ChatGPT',
  'a wrong key',
  'a wrong password',
  'a password',
  'an API key',
  'an invitation',
  'the link that signs in',
  'the session of the link',
  'the session of an account',
];

test('every secret was made and used', () => {
  expect(Object.keys(secrets).sort()).toEqual([...names].sort());
  expect(Object.values(secrets).filter((secret) => !secret || secret.length < 10)).toEqual([]);
  // The provider was asked, and its answer has come as far as the task.
  expect(answers.join('\n')).toMatch(/authentication_error|bad key|AI_UNAVAILABLE/);
});

test.each(names)('%s is in no answer: tasks, logs, events, recordings, metrics, errors', (name) => {
  expect(answers.filter((text) => text.includes(secrets[name] as string))).toEqual([]);
});

test('none is in anything that is kept: the log, the database with its journal, workspaces', async () => {
  const found: string[] = [];
  let files = 0;
  for (const entry of await readdir(home.home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    files += 1;
    for (const name of names) if (bytes.includes(secrets[name] as string)) found.push(`${name} in ${path}`);
  }
  expect(files).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
