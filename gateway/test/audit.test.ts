// The audit log: what was done to accounts, keys and roles, by whom; added to and never changed.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { callerBy, givenMember, givenProject, givenUser, PASSWORD } from './given-user.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway({ SIGN_UP: 'open' });
});

afterAll(() => given.close());

type Entry = { id: number; actor_id: string | null; action: string; subject: string | null; details: object };

const read = async (query = '?limit=1000') =>
  (await request(given.url).get(`/audit${query}`).set(BY_KEY)).body as Entry[];

test('every change leaves an entry that says who, what and to whom', async () => {
  const last = (await read('?limit=1'))[0]?.id ?? 0;
  const owner = await givenUser(given, 'owner');
  const project = await givenProject(owner);
  const member = await givenMember(given, owner, project, 'viewer');
  const path = `/projects/${project}/members/${member.id}`;
  await owner.call('patch', `/projects/${project}`, { name: 'renamed' });
  await owner.call('put', path, { role: 'editor' });
  await owner.call('delete', path);
  const invitation = (await owner.call('post', `/projects/${project}/invitations`, { role: 'viewer' })).body.id;
  await owner.call('delete', `/projects/${project}/invitations/${invitation}`);
  const key = (await owner.call('post', '/keys', { name: 'ci', scopes: ['read'] })).body.id;
  await owner.call('delete', `/keys/${key}`);
  await request(given.url).post('/sign-in').send({ email: owner.email, password: 'wrong password' });
  await request(given.url).post('/sign-in').send({ email: owner.email, password: PASSWORD });
  const sessions = (await owner.call('get', '/sessions')).body as { id: string; current: boolean }[];
  const session = sessions.find(({ current }) => !current)?.id as string;
  await owner.call('delete', `/sessions/${session}`);
  await owner.call('post', '/password', { current_password: PASSWORD, password: 'another password' });
  await owner.call('post', '/sign-out');
  const entries = (await read()).filter(({ id }) => id > last).reverse();
  const told = entries.map(({ actor_id, action, subject }) => [actor_id, action, subject]);
  expect(told).toEqual([
    [owner.id, 'signed_up', null],
    [owner.id, 'project_created', project],
    [owner.id, 'invitation_created', expect.any(String)],
    [member.id, 'member_added', member.id],
    [member.id, 'signed_up', null],
    [owner.id, 'project_renamed', project],
    [owner.id, 'role_changed', member.id],
    [owner.id, 'member_removed', member.id],
    [owner.id, 'invitation_created', invitation],
    [owner.id, 'invitation_revoked', invitation],
    [owner.id, 'key_created', key],
    [owner.id, 'key_revoked', key],
    [null, 'sign_in_failed', null],
    [owner.id, 'signed_in', null],
    [owner.id, 'session_revoked', session],
    [owner.id, 'password_changed', null],
    [owner.id, 'signed_out', null],
  ]);
  const role = entries.find(({ action }) => action === 'role_changed');
  expect(role).toMatchObject({
    details: { project_id: project, from: 'viewer', to: 'editor' },
    address: expect.stringContaining('127.0.0.1'),
  });
});

test('a change that is refused leaves none', async () => {
  const owner = await givenUser(given, 'owner');
  const project = await givenProject(owner);
  const viewer = await givenMember(given, owner, project, 'viewer');
  const before = await read('?limit=1');
  await viewer.call('put', `/projects/${project}/members/${viewer.id}`, { role: 'owner' });
  await viewer.call('delete', `/projects/${project}/members/${owner.id}`);
  await owner.call('put', `/projects/${project}/members/${owner.id}`, { role: 'viewer' });
  await owner.call('delete', '/keys/unknown');
  expect(await read('?limit=1')).toEqual(before);
});

test('a sign-in by link is written down', async () => {
  const owner = callerBy(given, await given.signIn());
  const [entry] = await read('?limit=1');
  expect(entry).toMatchObject({
    actor_id: (await owner('get', '/me')).body.user_id,
    action: 'signed_in',
    details: { by: 'link' },
  });
});

test('pages follow each other without gap', async () => {
  const all = await read();
  const first = await read('?limit=2');
  const second = await read(`?limit=2&before=${first[1]?.id}`);
  expect([...first, ...second]).toEqual(all.slice(0, 4));
});

test.each([
  ['changed', `update audit_log set action = 'x'`],
  ['deleted', 'delete from audit_log'],
  ['emptied', 'truncate audit_log'],
])('it cannot be %s', async (_name, sql) => {
  const before = await read();
  await expect(given.db.query(sql)).rejects.toThrow('only added to');
  expect(await read()).toEqual(before);
});
