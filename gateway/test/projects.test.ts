// Projects and their members: who may say who is one, and what the services are told of it.
import { IDENTITY_HEADER } from '@builder-ai/contracts/identity';
import { newIdentityVerifier } from '@builder-ai/platform/identity';
import { JWKS_PATH } from '@builder-ai/platform/signing-key';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { callerBy, type GivenUser, givenMember, givenProject, givenUser } from './given-user.ts';

let given: GivenGateway;
let owner: GivenUser;
let editor: GivenUser;
let viewer: GivenUser;
let stranger: GivenUser;
let project: string;

beforeAll(async () => {
  given = await givenGateway({ SIGN_UP: 'open' });
  owner = await givenUser(given, 'owner');
  project = await givenProject(owner);
  editor = await givenMember(given, owner, project, 'editor');
  viewer = await givenMember(given, owner, project, 'viewer');
  stranger = await givenUser(given, 'stranger');
});

afterAll(() => given.close());

/** What task-service is told of a caller's projects. */
async function toldOf(user: GivenUser) {
  const { body } = await user.call('get', '/tasks');
  const verifier = newIdentityVerifier('task-service', { gateway: new URL(JWKS_PATH, given.url) });
  return (await verifier.verify(body.headers[IDENTITY_HEADER])).projects;
}

describe('GET /projects', () => {
  test('lists the personal project, whose id is the user’s, and those the user is a member of', async () => {
    const { body } = await viewer.call('get', '/projects');
    expect(body).toEqual([
      expect.objectContaining({ id: viewer.id, personal: true, role: 'owner' }),
      { id: project, name: 'a project', personal: false, role: 'viewer', created_at: expect.any(String) },
    ]);
    expect((await stranger.call('get', '/projects')).body).toEqual([expect.objectContaining({ id: stranger.id })]);
  });
});

describe('the services', () => {
  test('are told of a member’s role, and of nothing for others', async () => {
    expect(await toldOf(owner)).toEqual({ [project]: 'owner' });
    expect(await toldOf(editor)).toEqual({ [project]: 'editor' });
    expect(await toldOf(viewer)).toEqual({ [project]: 'viewer' });
    expect(await toldOf(stranger)).toBeUndefined();
  });

  test('are told the same of the member’s key, with the key’s scopes; `admin` only of the installation’s owner', async () => {
    const { body } = await editor.call('post', '/keys', { name: 'all', scopes: ['read', 'run', 'admin'] });
    const answer = await callerBy(given, { authorization: `Bearer ${body.key}` })('get', '/tasks');
    const verifier = newIdentityVerifier('task-service', { gateway: new URL(JWKS_PATH, given.url) });
    expect(await verifier.verify(answer.body.headers[IDENTITY_HEADER])).toEqual({
      userId: editor.id,
      kind: 'user',
      scopes: ['read', 'run'],
      projects: { [project]: 'editor' },
      credentialId: body.id,
    });
  });

  test('know of a changed role, and of a member who was removed, within 5 s', async () => {
    const member = await givenMember(given, owner, project, 'viewer');
    const path = `/projects/${project}/members/${member.id}`;
    expect(await toldOf(member)).toEqual({ [project]: 'viewer' });
    expect((await owner.call('put', path, { role: 'editor' })).status).toBe(200);
    await eventually(async () => (await toldOf(member))?.[project] === 'editor', 5_000);
    expect((await owner.call('delete', path)).status).toBe(204);
    await eventually(async () => (await toldOf(member)) === undefined, 5_000);
  });
});

test('a role that another replica has changed is known within 5 s', async () => {
  const member = await givenMember(given, owner, project, 'editor');
  expect(await toldOf(member)).toEqual({ [project]: 'editor' });
  await given.db.query(`update project_members set role = 'viewer' where user_id = $1`, [member.id]);
  await eventually(async () => (await toldOf(member))?.[project] === 'viewer', 5_000);
});

describe('what asks for a role', () => {
  const paths: ['get' | 'post' | 'put' | 'patch' | 'delete', string, object | undefined, string][] = [
    ['get', '/members', undefined, 'viewer'],
    ['patch', '', { name: 'renamed' }, 'owner'],
    ['put', '/members/nobody', { role: 'viewer' }, 'owner'],
    ['delete', '/members/nobody', undefined, 'owner'],
    ['post', '/invitations', { role: 'viewer' }, 'owner'],
    ['get', '/invitations', undefined, 'owner'],
    ['delete', '/invitations/unknown', undefined, 'owner'],
  ];

  test.each(paths)('%s …%s: refused below it, and nothing is told to strangers', async (method, path, body, needed) => {
    const ask = (user: GivenUser, id = project) => user.call(method, `/projects/${id}${path}`, body);
    for (const id of [project, stranger.id, 'unknown']) {
      const unknown = await ask(stranger, id);
      expect([unknown.status, unknown.body.code]).toEqual([404, 'PROJECT_NOT_FOUND']);
    }
    for (const user of [editor, viewer]) {
      const { status, body: told } = await ask(user);
      if (needed === 'owner') expect([status, told.code]).toEqual([403, 'FORBIDDEN']);
      else expect(status).toBe(200);
    }
    expect([403, 401]).not.toContain((await ask(owner)).status);
    // Owning the installation is no membership.
    expect((await callerBy(given, BY_KEY)(method, `/projects/${project}${path}`, body)).status).toBe(404);
  });

  test('takes the scope as well: a key that may only read and run changes no members', async () => {
    const { body } = await owner.call('post', '/keys', { name: 'ci', scopes: ['read', 'run'] });
    const byKey = callerBy(given, { authorization: `Bearer ${body.key}` });
    expect((await byKey('get', `/projects/${project}/members`)).status).toBe(200);
    expect((await byKey('put', `/projects/${project}/members/${viewer.id}`, { role: 'owner' })).status).toBe(403);
    expect((await byKey('post', '/projects', { name: 'x' })).status).toBe(403);
  });
});

describe('members', () => {
  test('are listed to members', async () => {
    const { body } = await viewer.call('get', `/projects/${project}/members`);
    expect(body).toContainEqual({
      user_id: editor.id,
      name: 'editor',
      email: editor.email,
      role: 'editor',
      created_at: expect.any(String),
    });
  });

  test('a project keeps an owner: the last one can neither go nor step down', async () => {
    const own = await givenProject(owner);
    const path = `/projects/${own}/members/${owner.id}`;
    for (const answer of [await owner.call('delete', path), await owner.call('put', path, { role: 'viewer' })])
      expect([answer.status, answer.body.code]).toEqual([409, 'LAST_OWNER']);
    const second = await givenMember(given, owner, own, 'owner');
    expect((await owner.call('delete', path)).status).toBe(204);
    expect((await owner.call('get', `/projects/${own}/members`)).status).toBe(404);
    expect((await second.call('get', `/projects/${own}/members`)).body).toHaveLength(1);
  });

  test('of two owners who remove each other at the same moment one stays', async () => {
    const own = await givenProject(owner);
    const second = await givenMember(given, owner, own, 'owner');
    const remove = (by: GivenUser, whom: GivenUser) =>
      by.call('delete', `/projects/${own}/members/${whom.id}`).then((answer) => answer.status);
    let answers: Promise<number[]> | undefined;
    await given.db.transaction(async (tx) => {
      // Holds both up between what they check and what they write.
      await tx.query('select 1 from project_members where project_id = $1 for update', [own]);
      answers = Promise.all([remove(owner, second), remove(second, owner)]);
      await eventually(async () => (await waitingForLocks()) === 2, 1_500);
    });
    expect((await answers)?.sort()).toEqual([204, 404]);
    const rows = await given.db.query('select 1 from project_members where project_id = $1', [own]);
    expect(rows).toHaveLength(1);
  });

  test('can leave, and make nobody else leave', async () => {
    const leaver = await givenMember(given, owner, project, 'editor');
    const path = `/projects/${project}/members/${leaver.id}`;
    expect((await viewer.call('delete', path)).status).toBe(403);
    expect((await leaver.call('delete', path)).status).toBe(204);
    const again = await owner.call('delete', path);
    expect([again.status, again.body.code]).toEqual([404, 'MEMBER_NOT_FOUND']);
  });

  test('are in 100 projects at most', async () => {
    const busy = await givenUser(given, 'busy');
    await given.db.query(
      `insert into project_members (project_id, user_id, role) select n::text, $1, 'viewer' from generate_series(1, 100) n`,
      [busy.id],
    );
    const answer = await busy.call('post', '/projects', { name: 'one more' });
    expect([answer.status, answer.body.code]).toEqual([409, 'TOO_MANY_PROJECTS']);
    // And so many are carried to a service.
    expect(Object.keys((await toldOf(busy)) ?? {})).toHaveLength(100);
  });
});

async function waitingForLocks(): Promise<number> {
  const [row] = await given.db.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return row?.n ?? 0;
}
