// A project is deleted, then a user: what they had goes from every service and from the disk, and others keep theirs.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call, join as joinProject, newProject, PASSWORD, type Person, signUp } from '../security/people.ts';
import { findWords, queryDatabase } from './databases-of-product.ts';
import { newHome, type Product, startProduct } from './product.ts';

/** What is published stays for its time, and so does what a repeated request is answered; the audit log stays. */
const KEPT_FOR_A_TIME = ['outbox', 'idempotency_keys', 'audit_log'];

const words = (text: string) => findWords(home.home, text, KEPT_FOR_A_TIME);

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let env: Record<string, string>;

beforeAll(async () => {
  home = await newHome();
  env = {
    SIGN_UP: 'open',
    RATE_LIMIT_SIGN_IN: '1000',
    OLLAMA: 'off',
    AGENT_MODE: 'template',
    OUTGOING_ALLOW: '127.0.0.1:9',
  };
  product = await startProduct(home.home, env);
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

const onDisk = () => readdirSync(join(home.home, 'workspaces'));
const idOf = async (person: Person) => (await call(product, person, 'GET', '/me')).json<{ user_id: string }>().user_id;

async function newTask(person: Person, goal: string, project_id?: string): Promise<string> {
  const made = await call(product, person, 'POST', '/tasks', {
    type: 'build',
    goal,
    ...(project_id && { project_id }),
  });
  const { id } = made.json<{ id: string }>();
  expect((await call(product, person, 'POST', `/tasks/${id}/run-all`)).status).toBe(200);
  return id;
}

const statusOf = async (person: Person, path: string) => (await call(product, person, 'GET', path)).status;

test('all of a project goes, and all of a user; a process that is killed on the way goes on with it', async () => {
  const owner = await signUp(product, 'owner');
  const project = await newProject(product, owner, 'zanzibar');
  const editor = await joinProject(product, owner, project, 'editor');
  const inProject = [
    await newTask(editor, 'a page about zanzibar', project),
    await newTask(owner, 'a list of zanzibar', project),
  ];
  const ofOwner = await newTask(owner, 'a page about pemba');
  const ofEditor = await newTask(editor, 'a page about tea');
  const hook = { project_id: project, url: 'http://127.0.0.1:9/zanzibar' };
  expect((await call(product, owner, 'POST', '/webhooks', hook)).status).toBe(201);
  const caps = { cap_micro_usd: 1_000_000 };
  expect((await call(product, owner, 'PATCH', `/projects/${project}/budget`, caps)).status).toBe(200);

  expect((await call(product, owner, 'DELETE', `/projects/${project}`)).status).toBe(204);
  // What was answered is kept, whenever the process ends.
  await product.kill();
  product = await startProduct(home.home, env);
  await eventually(() => inProject.every((id) => !onDisk().includes(id)), 60_000);
  for (const person of [owner, editor]) {
    for (const id of inProject) expect(await statusOf(person, `/tasks/${id}`)).toBe(404);
    expect((await call(product, person, 'GET', '/notifications')).text).not.toContain('zanzibar');
  }
  await eventually(async () => (await words('zanzibar')).length === 0, 30_000).catch(async () =>
    expect(await words('zanzibar')).toEqual([]),
  );
  expect([await statusOf(owner, `/tasks/${ofOwner}`), await statusOf(editor, `/tasks/${ofEditor}`)]).toEqual([
    200, 200,
  ]);

  const userId = await idOf(owner);
  expect((await call(product, owner, 'POST', '/account/delete', { password: PASSWORD })).status).toBe(204);
  expect(await statusOf(owner, '/tasks')).toBe(401);
  await eventually(() => !onDisk().includes(ofOwner), 30_000);
  await eventually(async () => (await words('pemba')).length === 0, 30_000).catch(async () =>
    expect(await words('pemba')).toEqual([]),
  );
  expect(onDisk()).toContain(ofEditor);
  expect(await statusOf(editor, `/tasks/${ofEditor}`)).toBe(200);
  const left = await queryDatabase(
    home.home,
    'builder_task',
    'select deleted_at is not null as deleted from tasks where owner_id = $1',
    [userId],
  );
  expect(left).toEqual([{ deleted: true }]);
}, 180_000);
