// Projects, accounts and users that are deleted: who may, what stands in the way, what goes, and what the services are told.
import type { CloudEvent } from '@builder-ai/contracts/event';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { callerBy, type GivenUser, givenMember, givenProject, givenUser, PASSWORD } from './given-user.ts';

let given: GivenGateway;
let operator: ReturnType<typeof callerBy>;
let consumer: { close(): Promise<void> };
/** What reaches a service by the bus. */
const heard: CloudEvent[] = [];

beforeAll(async () => {
  given = await givenGateway({ SIGN_UP: 'open' });
  operator = callerBy(given, BY_KEY);
  consumer = await given.bus.subscribe('task-service', ['identity.events'], async ({ value }) => {
    heard.push(JSON.parse(value));
  });
});

afterAll(async () => {
  await consumer.close();
  await given.close();
});

const told = (subject: string) =>
  eventually(
    () =>
      heard
        .filter((event) => event.subject === subject && event.type.endsWith('.deleted'))
        .map(({ type, data }) => [type, data])[0],
  );
const signIn = async ({ email }: GivenUser) =>
  (await request(given.url).post('/sign-in').send({ email, password: PASSWORD })).status;
const rowsOf = async (userId: string) => {
  const count = async (table: string, column = 'user_id') =>
    (await given.db.query(`select 1 from ${table} where ${column} = $1`, [userId])).length;
  return [
    await count('users', 'id'),
    ...(await Promise.all(['sessions', 'api_keys', 'accounts', 'project_members'].map((table) => count(table)))),
  ];
};
const actionsOn = async (subject: string) =>
  (await operator('get', '/audit?limit=1000')).body
    .filter((entry: { subject: string }) => entry.subject === subject)
    .map((entry: { action: string; actor_id: string }) => [entry.action, entry.actor_id]);

describe('DELETE /projects/:id', () => {
  test('204 for an owner: no member sees it, its invitations are void, and the services are told once', async () => {
    const owner = await givenUser(given, 'owner');
    const project = await givenProject(owner);
    const editor = await givenMember(given, owner, project, 'editor');
    const { body: invited } = await owner.call('post', `/projects/${project}/invitations`, { role: 'viewer' });
    for (const user of [await givenUser(given, 'stranger'), editor]) {
      const refused = await user.call('delete', `/projects/${project}`);
      expect(refused.status).toBe(user === editor ? 403 : 404);
    }
    expect((await owner.call('delete', `/projects/${project}`)).status).toBe(204);
    for (const user of [owner, editor])
      expect((await user.call('get', '/projects')).body.map(({ id }: { id: string }) => id)).toEqual([user.id]);
    expect((await editor.call('post', '/invitations/accept', { token: invited.token })).status).toBe(404);
    expect((await owner.call('delete', `/projects/${project}`)).body.code).toBe('PROJECT_NOT_FOUND');
    expect(await told(project)).toEqual(['project.deleted', { deleted_by: owner.id }]);
    expect(heard.filter(({ subject }) => subject === project)).toHaveLength(1);
    expect(await actionsOn(project)).toContainEqual(['project_deleted', owner.id]);
  });

  test('409 for a personal project, with what to do', async () => {
    const user = await givenUser(given, 'user');
    const { status, body } = await user.call('delete', `/projects/${user.id}`);
    expect([status, body.code, body.detail]).toEqual([
      409,
      'PROJECT_PERSONAL',
      expect.stringContaining('/account/delete'),
    ]);
  });
});

describe('POST /account/delete', () => {
  const leave = (user: GivenUser, password = PASSWORD) => user.call('post', '/account/delete', { password });

  test('204: session, key and password are refused at once, nothing of the user is left, and the services are told', async () => {
    const user = await givenUser(given, 'leaves');
    const alone = await givenProject(user);
    const { body } = await user.call('post', '/keys', { name: 'ci', scopes: ['read', 'run', 'admin'] });
    const byKey = callerBy(given, { authorization: `Bearer ${body.key}` });
    expect((await byKey('get', '/tasks')).status).toBe(200);
    expect((await leave(user, 'wrong password')).body.code).toBe('CREDENTIALS_WRONG');
    expect((await leave(user)).status).toBe(204);
    expect([(await user.call('get', '/tasks')).status, (await byKey('get', '/tasks')).status]).toEqual([401, 401]);
    expect(await signIn(user)).toBe(401);
    expect(await rowsOf(user.id)).toEqual([0, 0, 0, 0, 0]);
    expect(await told(user.id)).toEqual(['user.deleted', { deleted_by: user.id }]);
    // A project that nobody else is in goes along.
    expect(await told(alone)).toEqual(['project.deleted', { deleted_by: user.id }]);
    expect(await actionsOn(user.id)).toContainEqual(['user_deleted', user.id]);
    const again = await request(given.url).post('/sign-up').send({ email: user.email, password: PASSWORD });
    expect([again.status, again.body.user_id === user.id]).toEqual([201, false]);
  });

  test('409 while others are in a project that nobody else owns, with its name; then nothing is changed', async () => {
    const user = await givenUser(given, 'stays');
    const project = await givenProject(user);
    const member = await givenMember(given, user, project, 'editor');
    const before = await rowsOf(user.id);
    const { status, body } = await leave(user);
    expect([status, body.code]).toEqual([409, 'SOLE_OWNER']);
    expect(body.errors).toEqual([{ field: project, message: 'nobody else owns "a project"' }]);
    expect(await rowsOf(user.id)).toEqual(before);
    await user.call('put', `/projects/${project}/members/${member.id}`, { role: 'owner' });
    expect((await leave(user)).status).toBe(204);
    expect((await member.call('get', `/projects/${project}/members`)).body).toHaveLength(1);
  });

  test('401 and 409 for the owner of the installation, who has no password yet and may not go', async () => {
    expect((await operator('post', '/account/delete', { password: PASSWORD })).status).toBe(401);
  });

  test('403 for a key without the scope', async () => {
    const user = await givenUser(given, 'reader');
    const { body } = await user.call('post', '/keys', { name: 'ci', scopes: ['read', 'run'] });
    const byKey = callerBy(given, { authorization: `Bearer ${body.key}` });
    expect((await byKey('post', '/account/delete', { password: PASSWORD })).status).toBe(403);
  });
});

describe('DELETE /users/:id', () => {
  test('204 for the installation’s owner alone; the member longest there owns what nobody else does', async () => {
    const user = await givenUser(given, 'removed');
    const project = await givenProject(user);
    const viewer = await givenMember(given, user, project, 'viewer');
    const editor = await givenMember(given, user, project, 'editor');
    expect((await editor.call('delete', `/users/${user.id}`)).status).toBe(403);
    expect((await operator('delete', `/users/${user.id}`)).status).toBe(204);
    expect((await user.call('get', '/tasks')).status).toBe(401);
    expect(await rowsOf(user.id)).toEqual([0, 0, 0, 0, 0]);
    const { body: members } = await viewer.call('get', `/projects/${project}/members`);
    const roles = members.map(({ user_id, role }: { user_id: string; role: string }) => [user_id, role]);
    expect(Object.fromEntries(roles)).toEqual({ [viewer.id]: 'viewer', [editor.id]: 'owner' });
    expect(heard.some(({ subject }) => subject === project)).toBe(false);
    const operatorId = (await operator('get', '/me')).body.user_id;
    expect(await told(user.id)).toEqual(['user.deleted', { deleted_by: operatorId }]);
    expect(await actionsOn(editor.id)).toContainEqual(['role_changed', operatorId]);
    expect((await operator('delete', `/users/${user.id}`)).body.code).toBe('USER_NOT_FOUND');
  });

  test('409 for the owner of the installation', async () => {
    const { body } = await operator('get', '/me');
    expect((await operator('delete', `/users/${body.user_id}`)).body.code).toBe('OWNER_STAYS');
  });
});
