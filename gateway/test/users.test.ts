// The installation's owner sees who has an account, and shuts people out.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { callerBy, type GivenUser, givenUser, PASSWORD } from './given-user.ts';

let given: GivenGateway;
let owner: ReturnType<typeof callerBy>;

beforeAll(async () => {
  given = await givenGateway({ SIGN_UP: 'open' });
  owner = callerBy(given, BY_KEY);
});

afterAll(() => given.close());

const disable = (user: GivenUser, disabled = true) => owner('patch', `/users/${user.id}`, { disabled });
const signIn = async ({ email }: GivenUser) =>
  (await request(given.url).post('/sign-in').send({ email, password: PASSWORD })).status;

test('users are listed to the owner, page by page, and to nobody else', async () => {
  const user = await givenUser(given, 'listed');
  const { body } = await owner('get', '/users');
  expect(body).toContainEqual({
    id: user.id,
    name: 'listed',
    email: user.email,
    is_owner: false,
    disabled: false,
    created_at: expect.any(String),
  });
  expect((await owner('get', `/users?limit=1&after=${body[0].id}`)).body).toEqual([body[1]]);
  for (const answer of [
    await user.call('get', '/users'),
    await user.call('patch', `/users/${user.id}`, { disabled: false }),
  ])
    expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
});

test('who is shut out is refused at once, with session, key and password; let in again, by a new session', async () => {
  const user = await givenUser(given, 'leaves');
  const other = await givenUser(given, 'stays');
  const { body } = await user.call('post', '/keys', { name: 'ci', scopes: ['read'] });
  const byKey = callerBy(given, { authorization: `Bearer ${body.key}` });
  expect([(await user.call('get', '/tasks')).status, (await byKey('get', '/tasks')).status]).toEqual([200, 200]);
  const answer = await disable(user);
  expect([answer.status, answer.body.disabled]).toEqual([200, true]);
  expect([(await user.call('get', '/tasks')).status, (await byKey('get', '/tasks')).status]).toEqual([401, 401]);
  expect(await signIn(user)).toBe(401);
  expect(await given.db.query('select 1 from sessions where user_id = $1 and revoked_at is null', [user.id])).toEqual(
    [],
  );
  expect([(await other.call('get', '/tasks')).status, await signIn(other)]).toEqual([200, 200]);
  expect((await disable(user, false)).body.disabled).toBe(false);
  expect([(await user.call('get', '/tasks')).status, await signIn(user)]).toEqual([401, 200]);
  expect((await byKey('get', '/tasks')).status).toBe(200);
  const actions = (await owner('get', '/audit')).body.map((entry: { action: string }) => entry.action);
  expect(actions).toEqual(expect.arrayContaining(['user_disabled', 'user_enabled']));
});

test('the owner cannot be shut out, and nobody who is not there', async () => {
  const id = (await owner('get', '/me')).body.user_id;
  for (const user of [id, 'unknown']) {
    const answer = await owner('patch', `/users/${user}`, { disabled: true });
    expect([answer.status, answer.body.code]).toEqual([404, 'USER_NOT_FOUND']);
  }
});
