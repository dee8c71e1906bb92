// What the services are told of sessions, keys and members: once for each change, in the change's own transaction, under the
// user's key, by the ids that assertions carry, and without anything that opens something.
import type { CloudEvent } from '@builder-ai/contracts/event';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import request from 'supertest';
import { hashToken } from '../src/auth/token.ts';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { callerBy, cookieOf, type GivenUser, givenMember, givenProject, givenUser, PASSWORD } from './given-user.ts';

let given: GivenGateway;
let operator: ReturnType<typeof callerBy>;
let consumer: { close(): Promise<void> };
/** What reaches a service by the bus, with the key that it comes under. */
const heard: { key: string; event: CloudEvent<Record<string, unknown>> }[] = [];

beforeAll(async () => {
  given = await givenGateway({ SIGN_UP: 'open' });
  operator = callerBy(given, BY_KEY);
  consumer = await given.bus.subscribe('notification-service', ['identity.events'], async ({ key, value }) => {
    heard.push({ key, event: JSON.parse(value) });
  });
});

afterAll(async () => {
  await consumer.close();
  await given.close();
});

/** All that was committed about a user, once it has been published: types and data, in order. */
async function toldOf(userId: string) {
  const committed = await given.db.query('select 1 from outbox where key = $1', [userId]);
  const about = () => heard.filter(({ event }) => event.subject === userId);
  await eventually(() => about().length >= committed.length);
  expect(about().every(({ key }) => key === userId)).toBe(true);
  return about().map(({ event: { type, data } }) => [type, data]);
}

const signInAgain = async ({ email }: GivenUser) =>
  cookieOf(await request(given.url).post('/sign-in').send({ email, password: PASSWORD }));
/** How the services know the session or key: by the assertion they get. */
async function credentialOf(headers: Record<string, string>): Promise<unknown> {
  const { body } = await request(given.url).get('/tasks').set(headers);
  return decodeJwt(body.headers['x-builder-identity']).credential;
}
const newKey = async (user: GivenUser) => (await user.call('post', '/keys', { name: 'ci', scopes: ['read'] })).body;
const signOut = (headers: Record<string, string>) => request(given.url).post('/sign-out').set(headers);

const ended = (session_id: unknown, reason: string) => ['session.revoked', { session_id, reason }];
const closed = (key_id: unknown, reason: string) => ['key.revoked', { key_id, reason }];
const role = (project_id: string, is: string | null, changed_by: string) => [
  'membership.changed',
  { project_id, role: is, changed_by },
];

test('a session that is signed out, revoked, or ended by a new password: each once, by the id its assertion had', async () => {
  const user = await givenUser(given, 'sessions');
  const others = [await signInAgain(user), await signInAgain(user), await signInAgain(user)] as const;
  const [first, second, third] = await Promise.all(others.map(credentialOf));
  expect((await Promise.all([signOut(others[0]), signOut(others[0])])).map(({ status }) => status)).toEqual([204, 204]);
  const revoke = () => user.call('delete', `/sessions/${second}`);
  expect([(await revoke()).status, (await revoke()).status]).toEqual([204, 404]);
  const changed = { current_password: PASSWORD, password: 'another horse battery' };
  expect((await user.call('post', '/password', changed)).status).toBe(204);
  expect(await toldOf(user.id)).toEqual([
    ended(first, 'signed_out'),
    ended(second, 'revoked'),
    ended(third, 'password_changed'),
  ]);
  expect(await credentialOf(user.headers)).toEqual(expect.any(String));
});

test('a key that is revoked, once; the key of the environment has no id', async () => {
  const user = await givenUser(given, 'keys');
  const key = await newKey(user);
  expect(await credentialOf({ authorization: `Bearer ${key.key}` })).toBe(key.id);
  const revoke = () => user.call('delete', `/keys/${key.id}`);
  expect((await Promise.all([revoke(), revoke()])).map(({ status }) => status).sort()).toEqual([204, 404]);
  expect(await toldOf(user.id)).toEqual([closed(key.id, 'revoked')]);
  expect(await credentialOf(BY_KEY)).toBeUndefined();
});

test('a user who is shut out: sessions and keys, once however often that is said', async () => {
  const user = await givenUser(given, 'disabled');
  const [session, key] = [await credentialOf(user.headers), await newKey(user)];
  for (const disabled of [true, true, false]) await operator('patch', `/users/${user.id}`, { disabled });
  expect(await toldOf(user.id)).toEqual([ended(session, 'user_disabled'), closed(key.id, 'user_disabled')]);
});

test('an account that is deleted: sessions and keys, and the user as the last thing', async () => {
  const user = await givenUser(given, 'deleted');
  const [session, key] = [await credentialOf(user.headers), await newKey(user)];
  expect((await user.call('post', '/account/delete', { password: PASSWORD })).status).toBe(204);
  expect(await toldOf(user.id)).toEqual([
    ended(session, 'user_deleted'),
    closed(key.id, 'user_deleted'),
    ['user.deleted', { deleted_by: user.id }],
  ]);
});

test('members: who makes a project, joins, gets another role, is removed, or becomes its heir', async () => {
  const owner = await givenUser(given, 'owner');
  const project = await givenProject(owner);
  const member = await givenMember(given, owner, project, 'viewer');
  const path = `/projects/${project}/members/${member.id}`;
  for (const to of ['editor', 'editor']) expect((await owner.call('put', path, { role: to })).status).toBe(200);
  expect((await owner.call('put', path, { role: 'emperor' })).status).toBe(400);
  expect((await owner.call('delete', path)).status).toBe(204);
  expect((await owner.call('delete', path)).status).toBe(404);
  expect(await toldOf(member.id)).toEqual([
    role(project, 'viewer', member.id),
    role(project, 'editor', owner.id),
    role(project, null, owner.id),
  ]);
  const { body } = await owner.call('post', `/projects/${project}/invitations`, { role: 'editor' });
  const heir = await givenUser(given, 'heir');
  expect((await heir.call('post', '/invitations/accept', { token: body.token })).status).toBe(200);
  const operatorId = (await operator('get', '/me')).body.user_id;
  expect((await operator('delete', `/users/${owner.id}`)).status).toBe(204);
  expect(await toldOf(heir.id)).toEqual([role(project, 'editor', heir.id), role(project, 'owner', operatorId)]);
  expect((await toldOf(owner.id))[0]).toEqual(role(project, 'owner', owner.id));
});

test('what fails tells nothing', async () => {
  const owner = await givenUser(given, 'alone');
  const project = await givenProject(owner);
  const before = await toldOf(owner.id);
  expect((await owner.call('delete', `/projects/${project}/members/${owner.id}`)).body.code).toBe('LAST_OWNER');
  expect((await owner.call('post', '/account/delete', { password: 'wrong password' })).status).toBe(401);
  const member = await givenMember(given, owner, project, 'viewer');
  expect((await owner.call('post', '/account/delete', { password: PASSWORD })).body.code).toBe('SOLE_OWNER');
  expect(await toldOf(owner.id)).toEqual(before);
  expect(await toldOf(member.id)).toHaveLength(1);
});

test('nothing that is told opens anything: neither tokens nor keys, nor their hashes', async () => {
  const user = await givenUser(given, 'secret');
  const key = await newKey(user);
  const token = user.headers.cookie.split('=')[1] as string;
  expect((await user.call('delete', `/keys/${key.id}`)).status).toBe(204);
  expect((await signOut(user.headers)).status).toBe(204);
  expect(await toldOf(user.id)).toHaveLength(2);
  const text = JSON.stringify(heard);
  for (const secret of [token, hashToken(token), key.key, hashToken(key.key), key.prefix])
    expect(text).not.toContain(secret);
});
