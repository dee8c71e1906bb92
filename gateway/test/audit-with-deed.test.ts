// What ends somebody's access, and what deletes, is one transaction with its row in the audit log: where that cannot be written,
// nothing was done.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { callerBy, cookieOf, type GivenUser, givenMember, givenProject, givenUser, PASSWORD } from './given-user.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway({ SIGN_UP: 'open' });
});

afterAll(() => given.close());

/** Does something while the audit log refuses its action, as the database would where its disk is full. */
async function refusing<T>(action: string, work: () => Promise<T>): Promise<T> {
  await given.db.query(`alter table audit_log add constraint refused check (action <> '${action}') not valid`);
  try {
    return await work();
  } finally {
    await given.db.query('alter table audit_log drop constraint refused');
  }
}

const operator = (method: 'delete' | 'patch', path: string, body?: object) =>
  callerBy(given, BY_KEY)(method, path, body);
const signIn = (user: GivenUser, password = PASSWORD) =>
  request(given.url).post('/sign-in').send({ email: user.email, password });
const me = async (headers: Record<string, string>) => (await request(given.url).get('/me').set(headers)).status;

/** What is done, and how it is seen to be done: the two together are a case. */
type Deed = { act(): Promise<{ status: number }>; isDone(): Promise<boolean> };

const deeds: Record<string, (user: GivenUser) => Promise<Deed>> = {
  async key_revoked(user) {
    const { id, key } = (await user.call('post', '/keys', { name: 'ci', scopes: ['read'] })).body;
    return {
      act: async () => user.call('delete', `/keys/${id}`),
      isDone: async () => (await me({ authorization: `Bearer ${key}` })) === 401,
    };
  },
  async session_revoked(user) {
    const other = cookieOf(await signIn(user));
    const sessions = (await user.call('get', '/sessions')).body as { id: string; current: boolean }[];
    const id = sessions.find(({ current }) => !current)?.id;
    return {
      act: async () => user.call('delete', `/sessions/${id}`),
      isDone: async () => (await me(other)) === 401,
    };
  },
  async signed_out(user) {
    return {
      act: async () => user.call('post', '/sign-out'),
      isDone: async () => (await me(user.headers)) === 401,
    };
  },
  async password_changed(user) {
    const other = cookieOf(await signIn(user));
    const password = 'another horse battery';
    return {
      act: async () => user.call('post', '/password', { current_password: PASSWORD, password }),
      // Both or neither: who is signed in elsewhere, and which password opens.
      async isDone() {
        const states = [await me(other), (await signIn(user)).status, (await signIn(user, password)).status];
        expect([
          [200, 200, 401],
          [401, 401, 200],
        ]).toContainEqual(states);
        return states[2] === 200;
      },
    };
  },
  async project_deleted(user) {
    const project = await givenProject(user);
    return {
      act: async () => user.call('delete', `/projects/${project}`),
      isDone: async () => (await given.db.query('select 1 from projects where id = $1', [project])).length === 0,
    };
  },
  async member_removed(user) {
    const project = await givenProject(user);
    const member = await givenMember(given, user, project, 'editor');
    return {
      act: async () => user.call('delete', `/projects/${project}/members/${member.id}`),
      isDone: async () =>
        (
          await given.db.query('select 1 from project_members where user_id = $1 and project_id = $2', [
            member.id,
            project,
          ])
        ).length === 0,
    };
  },
  async user_disabled(user) {
    return {
      act: async () => operator('patch', `/users/${user.id}`, { disabled: true }),
      isDone: async () => (await signIn(user)).status === 401,
    };
  },
  async user_deleted(user) {
    return {
      act: async () => operator('delete', `/users/${user.id}`),
      isDone: async () => (await signIn(user)).status === 401,
    };
  },
};

test.each(Object.entries(deeds))('%s', async (action, deedOf) => {
  const user = await givenUser(given);
  const deed = await deedOf(user);
  const told = async () =>
    (await given.db.query(`select 1 from outbox where event::text like '%' || $1 || '%'`, [user.id])).length;
  const before = await told();
  expect((await refusing(action, () => deed.act())).status).toBe(500);
  expect(await deed.isDone()).toBe(false);
  expect(await told()).toBe(before);
  expect((await deed.act()).status).toBeLessThan(300);
  expect(await deed.isDone()).toBe(true);
});
