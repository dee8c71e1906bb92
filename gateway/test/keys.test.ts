// API keys: what they may do, and when they stop.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { hashToken } from '../src/auth/token.ts';
import { type GivenGateway, givenGateway } from './given-gateway.ts';

let given: GivenGateway;
let owner: Headers;

beforeAll(async () => {
  given = await givenGateway();
  owner = await given.signIn();
});

afterAll(() => given.close());

type Headers = Record<string, string>;

const create = (body: object, headers: Headers = owner) => request(given.url).post('/keys').set(headers).send(body);
const list = () => request(given.url).get('/keys').set(owner);
const by = (key: string): Headers => ({ authorization: `Bearer ${key}` });
const givenKey = async (...scopes: string[]) => (await create({ name: 'a key', scopes })).body;

describe('a key', () => {
  test('is told once; its hash is kept, its beginning shown', async () => {
    const made = await create({ name: ' deploy ', scopes: ['read', 'run'], expires_in_days: 30 });
    expect([made.status, made.headers['cache-control']]).toEqual([201, 'no-store']);
    const { key, ...shown } = made.body;
    expect(key).toMatch(/^bai_[\w-]{43}$/);
    expect(shown).toMatchObject({
      name: 'deploy',
      prefix: key.slice(0, 12),
      scopes: ['read', 'run'],
      last_used_at: null,
    });
    expect(Date.parse(shown.expires_at) - Date.now()).toBeGreaterThan(29 * 24 * 3600_000);
    expect((await list()).body).toContainEqual(shown);
    const [row] = await given.db.query<{ key_hash: string }>('select * from api_keys where id = $1', [shown.id]);
    expect(row?.key_hash).toBe(hashToken(key));
    expect(JSON.stringify(row)).not.toContain(key.slice(12));
    expect(await given.readLog()).not.toContain(key);
  });

  test('acts for its user, and says when it was last used', async () => {
    const { id, key } = await givenKey('read');
    const user = (await request(given.url).get('/me').set(owner)).body.user_id;
    expect((await request(given.url).get('/me').set(by(key))).body).toEqual({ user_id: user, scopes: ['read'] });
    const { body } = await list();
    expect(body.find((item: { id: string }) => item.id === id).last_used_at).not.toBeNull();
  });

  const allowed: [string, string, string, Record<string, number>][] = [
    ['get', '/tasks', 'read', { read: 200, run: 403, admin: 403 }],
    ['post', '/tasks', 'run', { read: 403, run: 200, admin: 403 }],
    ['post', '/tasks/some-id/run', 'run', { read: 403, run: 200, admin: 403 }],
    ['get', '/metrics', 'admin', { read: 403, run: 403, admin: 200 }],
    ['get', '/audit', 'admin', { read: 403, run: 403, admin: 200 }],
    ['get', '/keys', 'read', { read: 200, run: 403, admin: 403 }],
    ['post', '/keys', 'admin', { read: 403, run: 403, admin: 400 }],
  ];
  test.each(allowed)('%s %s takes the scope %s and no other', async (method, path, _scope, expected) => {
    for (const [scope, status] of Object.entries(expected)) {
      const { key } = await givenKey(scope);
      const call = request(given.url) as unknown as Record<string, (path: string) => request.Test>;
      const answer = (await call[method]?.(path).set(by(key))) as request.Response;
      expect([scope, answer.status]).toEqual([scope, status]);
    }
  });

  test('makes no key that may do more than itself, and no password', async () => {
    const byAdmin = by((await givenKey('admin')).key);
    for (const scopes of [['read'], ['admin', 'run']]) {
      const answer = await create({ name: 'x', scopes }, byAdmin);
      expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
    }
    expect((await create({ name: 'x', scopes: ['admin'] }, byAdmin)).status).toBe(201);
    const account = { email: 'mallory@example.com', password: 'correct horse battery' };
    const answer = await request(given.url).post('/account').set(byAdmin).send(account);
    expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
  });

  test('that was revoked is refused at once, here as on every other replica within 5 s', async () => {
    const { id, key } = await givenKey('read');
    const call = () => request(given.url).get('/tasks').set(by(key));
    expect((await call()).status).toBe(200);
    expect((await request(given.url).delete(`/keys/${id}`).set(owner)).status).toBe(204);
    expect((await call()).status).toBe(401);
    expect((await list()).body.map((item: { id: string }) => item.id)).not.toContain(id);
    const again = await request(given.url).delete(`/keys/${id}`).set(owner);
    expect([again.status, again.body.code]).toEqual([404, 'KEY_NOT_FOUND']);
  });

  test('that was revoked by another replica is refused within 5 s', async () => {
    const { id, key } = await givenKey('read');
    const call = () => request(given.url).get('/tasks').set(by(key));
    expect((await call()).status).toBe(200);
    await given.db.query('update api_keys set revoked_at = clock_timestamp() where id = $1', [id]);
    await eventually(async () => (await call()).status === 401, 5_000);
  });

  test('that has expired is refused', async () => {
    const { id, key } = await givenKey('read');
    await given.db.query(`update api_keys set expires_at = clock_timestamp() where id = $1`, [id]);
    expect((await request(given.url).get('/tasks').set(by(key))).status).toBe(401);
  });

  test.each([
    ['name', { scopes: ['read'] }],
    ['scopes', { name: 'x', scopes: [] }],
    ['scopes.0', { name: 'x', scopes: ['root'] }],
    ['expires_in_days', { name: 'x', scopes: ['read'], expires_in_days: 0 }],
    ['user_id', { name: 'x', scopes: ['read'], user_id: 'other' }],
  ])('needs a proper %s', async (field, body) => {
    const answer = await create(body);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, field]);
  });
});

test('100 keys are enough for anybody', async () => {
  const full = await givenGateway();
  try {
    const session = await full.signIn();
    const user = (await request(full.url).get('/me').set(session)).body.user_id;
    await full.db.query(
      `insert into api_keys (id, user_id, name, prefix, key_hash, scopes)
       select n::text, $1, 'x', 'x', n::text, '{read}' from generate_series(1, 100) n`,
      [user],
    );
    const answer = await request(full.url)
      .post('/keys')
      .set(session)
      .send({ name: 'x', scopes: ['read'] });
    expect([answer.status, answer.body.code]).toEqual([409, 'TOO_MANY_KEYS']);
  } finally {
    await full.close();
  }
});
