// The same request with the same Idempotency-Key has one effect at the gateway too, and its secrets are kept nowhere.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { type GivenGateway, givenGateway } from './given-gateway.ts';

let given: GivenGateway;
let owner: Record<string, string>;

beforeAll(async () => {
  given = await givenGateway();
  owner = await given.signIn();
});

afterAll(() => given.close());

const send = (path: string, body: object, key: string) =>
  request(given.url)
    .post(path)
    .set({ ...owner, 'idempotency-key': key })
    .send(body);
const read = (path: string) => request(given.url).get(path).set(owner);

test('a project is made once, and both are answered the same', async () => {
  const before = (await read('/projects')).body.length;
  const answers = await Promise.all([1, 2, 3].map(() => send('/projects', { name: 'Website' }, 'p1')));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect((await read('/projects')).body.length).toBe(before + 1);
  const other = await send('/projects', { name: 'Another' }, 'p1');
  expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
});

test('a key is made once; its secret is shown to the first request and kept nowhere', async () => {
  const body = { name: 'once', scopes: ['read'] };
  const first = await send('/keys', body, 'k1');
  const second = await send('/keys', body, 'k1');
  expect([first.status, second.status, second.body.code]).toEqual([201, 409, 'SECRET_SHOWN_ONCE']);
  expect((await read('/keys')).body.filter(({ name }: { name: string }) => name === 'once')).toHaveLength(1);
  expect(JSON.stringify(await given.db.query('select * from idempotency_keys'))).not.toContain(first.body.key);
});

test('an invitation is made once', async () => {
  const project = (await send('/projects', { name: 'Invited' }, 'p2')).body.id;
  const first = await send(`/projects/${project}/invitations`, { role: 'viewer' }, 'i1');
  const second = await send(`/projects/${project}/invitations`, { role: 'viewer' }, 'i1');
  expect([first.status, second.status, second.body.code]).toEqual([201, 409, 'SECRET_SHOWN_ONCE']);
  expect((await read(`/projects/${project}/invitations`)).body).toHaveLength(1);
  // The same key for another project is another request.
  const other = (await send('/projects', { name: 'Other' }, 'p3')).body.id;
  expect((await send(`/projects/${other}/invitations`, { role: 'viewer' }, 'i1')).status).toBe(201);
});
