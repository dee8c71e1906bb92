// Invitations: one person each, once, in time.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { hashToken } from '../src/auth/token.ts';
import { type GivenGateway, givenGateway } from './given-gateway.ts';
import { callerBy, type GivenUser, givenProject, givenUser, PASSWORD } from './given-user.ts';

let given: GivenGateway;
let owner: GivenUser;
let project: string;

beforeAll(async () => {
  // Closed: nobody gets an account but by invitation.
  given = await givenGateway();
  const headers = await given.signIn();
  const call = callerBy(given, headers);
  const id = (await call('get', '/me')).body.user_id;
  owner = { id, name: 'Owner', email: '', headers, call };
  project = await givenProject(owner);
});

afterAll(() => given.close());

const invite = async (role = 'editor') =>
  (await owner.call('post', `/projects/${project}/invitations`, { role })).body as { id: string; token: string };
const signUp = (invitation: string, email: string) =>
  request(given.url).post('/sign-up').send({ email, password: PASSWORD, invitation });
const members = async () =>
  (await owner.call('get', `/projects/${project}/members`)).body as { user_id: string; role: string }[];
const users = async () => (await given.db.query('select 1 from users')).length;

test('an invitation makes an account where sign-up is closed, and its user a member', async () => {
  const made = await owner.call('post', `/projects/${project}/invitations`, { role: 'viewer' });
  expect([made.status, made.headers['cache-control']]).toEqual([201, 'no-store']);
  expect(made.body).toMatchObject({ role: 'viewer', path: `/?invitation=${made.body.token}` });
  const { token: _told, path: _path, ...shown } = made.body;
  expect((await owner.call('get', `/projects/${project}/invitations`)).body).toEqual([shown]);
  const user = await givenUser(given, 'invited', made.body.token);
  expect(await members()).toContainEqual(expect.objectContaining({ user_id: user.id, role: 'viewer' }));
  expect((await owner.call('get', `/projects/${project}/invitations`)).body).toEqual([]);
});

test('its token is not in the database', async () => {
  const { token } = await invite();
  const [row] = await given.db.query('select * from invitations where token_hash = $1', [hashToken(token)]);
  expect(row).toBeDefined();
  expect(JSON.stringify(row)).not.toContain(token);
});

test.each([
  ['used', async () => useUp((await invite()).token)],
  ['taken back', async () => takeBack(await invite())],
  ['expired', async () => expire((await invite()).token)],
  ['unknown', async () => 'unknown'],
])('one that is %s makes no account and no member', async (_name, newToken) => {
  const token = await newToken();
  const before = [await users(), (await members()).length];
  const asNew = await signUp(token, 'late@example.com');
  expect([asNew.status, asNew.body.code]).toEqual([404, 'INVITATION_NOT_FOUND']);
  const someone = await givenUser(given, 'someone', (await invite()).token);
  const asKnown = await someone.call('post', '/invitations/accept', { token });
  expect([asKnown.status, asKnown.body.code]).toEqual([404, 'INVITATION_NOT_FOUND']);
  expect([await users(), (await members()).length]).toEqual(before.map((n = 0) => n + 1));
});

test('of two who come with one at the same moment one gets an account', async () => {
  const { token } = await invite();
  const before = await users();
  const answers = await Promise.all([signUp(token, 'one@example.com'), signUp(token, 'two@example.com')]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 404]);
  expect(await users()).toBe(before + 1);
});

test('is not used up by somebody who gets no account', async () => {
  const { token } = await invite();
  const known = await givenUser(given, 'known', (await invite()).token);
  expect((await signUp(token, known.email)).body.code).toBe('EMAIL_TAKEN');
  expect((await signUp(token, 'third@example.com')).status).toBe(201);
});

test('lets in somebody who has an account; a member does not use it up', async () => {
  const other = await givenProject(owner);
  const user = await givenUser(given, 'known', (await invite()).token);
  const { body } = await owner.call('post', `/projects/${other}/invitations`, { role: 'viewer' });
  const refused = await owner.call('post', '/invitations/accept', { token: body.token });
  expect([refused.status, refused.body.code]).toEqual([409, 'ALREADY_MEMBER']);
  const joined = await user.call('post', '/invitations/accept', { token: body.token });
  expect([joined.status, joined.body]).toEqual([200, { project_id: other, role: 'viewer' }]);
});

test.each([
  ['role', { role: 'admin' }],
  ['expires_in_hours', { role: 'viewer', expires_in_hours: 721 }],
])('needs a proper %s', async (field, body) => {
  const answer = await owner.call('post', `/projects/${project}/invitations`, body);
  expect([answer.status, answer.body.errors[0].field]).toEqual([400, field]);
});

async function useUp(token: string): Promise<string> {
  await givenUser(given, 'first', token);
  return token;
}

async function takeBack({ id, token }: { id: string; token: string }): Promise<string> {
  expect((await owner.call('delete', `/projects/${project}/invitations/${id}`)).status).toBe(204);
  return token;
}

async function expire(token: string): Promise<string> {
  await given.db.query('update invitations set expires_at = clock_timestamp() where token_hash = $1', [
    hashToken(token),
  ]);
  return token;
}
