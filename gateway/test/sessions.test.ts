// Where a user is signed in: listed, and ended one by one.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { hashToken } from '../src/auth/token.ts';
import { type GivenGateway, givenGateway } from './given-gateway.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway({ SIGN_UP: 'open' });
});

afterAll(() => given.close());

type Headers = Record<string, string>;

const list = (headers: Headers) => request(given.url).get('/sessions').set(headers);
const status = async (headers: Headers) => (await request(given.url).get('/tasks').set(headers)).status;

test('sessions are listed with where they began, without their tokens; the one that asks is marked', async () => {
  const [mine, other] = [await given.signIn(), await given.signIn()];
  const { body, text } = await list(mine);
  const sessions = body as { id: string; current: boolean; address: string }[];
  expect(sessions.filter((session) => session.current)).toHaveLength(1);
  expect(sessions[0]).toEqual({
    id: expect.any(String),
    created_at: expect.any(String),
    expires_at: expect.any(String),
    address: expect.stringContaining('127.0.0.1'),
    user_agent: expect.any(String),
    current: false,
  });
  for (const { cookie } of [mine, other]) {
    const token = cookie.split('=')[1] as string;
    expect(text).not.toContain(token);
    expect(text).not.toContain(hashToken(token));
  }
});

test('one that is ended is refused at once, and no other', async () => {
  const [mine, other] = [await given.signIn(), await given.signIn()];
  expect([await status(mine), await status(other)]).toEqual([200, 200]);
  const others = (await list(other)).body as { id: string; current: boolean }[];
  const id = others.find((session) => session.current)?.id;
  expect((await request(given.url).delete(`/sessions/${id}`).set(mine)).status).toBe(204);
  expect([await status(mine), await status(other)]).toEqual([200, 401]);
  const again = await request(given.url).delete(`/sessions/${id}`).set(mine);
  expect([again.status, again.body.code]).toEqual([404, 'SESSION_NOT_FOUND']);
});

test('one that another replica has ended is refused within 5 s', async () => {
  const session = await given.signIn();
  expect(await status(session)).toBe(200);
  const hash = hashToken(session.cookie.split('=')[1] as string);
  await given.db.query('update sessions set revoked_at = clock_timestamp() where token_hash = $1', [hash]);
  await eventually(async () => (await status(session)) === 401, 5_000);
});

test("another user's session is not there", async () => {
  const mine = await given.signIn();
  const [session] = (await list(mine)).body as { id: string }[];
  const stranger = await request(given.url)
    .post('/sign-up')
    .send({ email: 'stranger@example.com', password: 'correct horse battery' });
  const theirs = { cookie: (stranger.headers['set-cookie']?.[0] ?? '').split(';')[0] as string };
  expect((await list(theirs)).body).toHaveLength(1);
  const answer = await request(given.url).delete(`/sessions/${session?.id}`).set(theirs);
  expect([answer.status, answer.body.code]).toEqual([404, 'SESSION_NOT_FOUND']);
  expect(await status(mine)).toBe(200);
});
