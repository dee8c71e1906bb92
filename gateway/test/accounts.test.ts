// Accounts with e-mail and password: who gets one, who gets in, and what is told to those who do not.
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';

let closed: GivenGateway;
let open: GivenGateway;

beforeAll(async () => {
  closed = await givenGateway();
  open = await givenGateway({ SIGN_UP: 'open' });
});

afterAll(() => Promise.all([closed.close(), open.close()]));

const PASSWORD = 'correct horse battery';
type Headers = Record<string, string>;

const post = (given: GivenGateway, path: string, body: object, headers: Headers = {}) =>
  request(given.url).post(path).set(headers).send(body);

const me = (given: GivenGateway, headers: Headers) => request(given.url).get('/me').set(headers);

const cookieOf = (answer: request.Response): Headers => ({
  cookie: (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] as string,
});

describe('signing up', () => {
  test('is closed unless it was opened: no user is made', async () => {
    const answer = await post(closed, '/sign-up', { email: 'eve@example.com', password: PASSWORD });
    expect([answer.status, answer.body.code]).toEqual([403, 'SIGN_UP_CLOSED']);
    expect(await closed.db.query('select 1 from users where email is not null')).toEqual([]);
  });

  test('where it is open makes a user, who is signed in and owns nothing of the installation', async () => {
    const answer = await post(open, '/sign-up', { email: 'Ada@Example.com', password: PASSWORD });
    expect([answer.status, answer.headers['cache-control']]).toEqual([201, 'no-store']);
    const known = await me(open, cookieOf(answer));
    expect(known.body).toEqual({ user_id: answer.body.user_id, scopes: ['read', 'run', 'admin'] });
    const owner = (await me(open, BY_KEY)).body.user_id;
    expect(known.body.user_id).not.toBe(owner);
    for (const path of ['/audit', '/metrics', '/admin/dead-letters/task-service']) {
      const refused = await request(open.url).get(path).set(cookieOf(answer));
      expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'FORBIDDEN']);
    }
  });

  test('makes a cookie like that of a link, and keeps neither token nor password', async () => {
    const answer = await post(open, '/sign-up', { email: 'cookie@example.com', password: PASSWORD });
    const [value = '', ...attributes] = (answer.headers['set-cookie']?.[0] ?? '').split('; ');
    expect(attributes.filter((attribute) => !/^Expires=/.test(attribute))).toEqual([
      `Max-Age=${30 * 24 * 3600}`,
      'Path=/',
      'HttpOnly',
      'SameSite=Lax',
    ]);
    const token = value.split('=')[1] as string;
    expect(token.length).toBeGreaterThanOrEqual(32);
    for (const table of ['users', 'sessions', 'accounts', 'verifications', 'audit_log']) {
      const text = JSON.stringify(await open.db.query(`select * from ${table}`));
      expect(text).not.toContain(token);
      expect(text).not.toContain(PASSWORD);
    }
    expect(await open.readLog()).not.toContain(token);
  });

  test('with an e-mail that has an account, in whatever case, is 409 and changes no password', async () => {
    await post(open, '/sign-up', { email: 'taken@example.com', password: PASSWORD });
    const answer = await post(open, '/sign-up', { email: 'TAKEN@example.com', password: 'another password' });
    expect([answer.status, answer.body.code]).toEqual([409, 'EMAIL_TAKEN']);
    expect(answer.headers['set-cookie']).toBeUndefined();
    const again = await post(open, '/sign-in', { email: 'taken@example.com', password: PASSWORD });
    expect(again.status).toBe(200);
  });

  test.each([
    ['email', { email: 'no address', password: PASSWORD }],
    ['email', { password: PASSWORD }],
    ['password', { email: 'short@example.com', password: 'short' }],
    ['password', { email: 'long@example.com', password: 'x'.repeat(129) }],
    ['is_owner', { email: 'mass@example.com', password: PASSWORD, is_owner: true }],
  ])('names the fault in %s', async (field, body) => {
    const answer = await post(open, '/sign-up', body);
    expect([answer.status, answer.body.code]).toEqual([400, 'INPUT_INVALID']);
    expect(answer.body.errors).toEqual([expect.objectContaining({ field })]);
  });

  test('gives one of two who come at the same moment the e-mail', async () => {
    const body = { email: 'race@example.com', password: PASSWORD };
    const answers = await Promise.all([post(open, '/sign-up', body), post(open, '/sign-up', body)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
  });
});

describe('the owner', () => {
  test('gets a password for the user that was there from the start, once', async () => {
    const session = await closed.signIn();
    const owner = (await me(closed, session)).body.user_id;
    const made = await post(closed, '/account', { email: 'owner@example.com', password: PASSWORD }, session);
    expect([made.status, made.body]).toEqual([201, { user_id: owner, email: 'owner@example.com' }]);
    const signedIn = await post(closed, '/sign-in', { email: 'owner@example.com', password: PASSWORD });
    expect([signedIn.status, signedIn.body]).toEqual([200, { user_id: owner }]);
    expect((await request(closed.url).get('/audit').set(cookieOf(signedIn))).status).toBe(200);
    const twice = await post(closed, '/account', { email: 'other@example.com', password: PASSWORD }, session);
    expect([twice.status, twice.body.code]).toEqual([409, 'EMAIL_TAKEN']);
  });

  test('cannot take the e-mail of another', async () => {
    await post(open, '/sign-up', { email: 'first@example.com', password: PASSWORD });
    const answer = await post(open, '/account', { email: 'first@example.com', password: PASSWORD }, BY_KEY);
    expect([answer.status, answer.body.code]).toEqual([409, 'EMAIL_TAKEN']);
  });
});

describe('signing in', () => {
  test('tells a wrong password and an unknown e-mail in the same words, and writes both down', async () => {
    await post(open, '/sign-up', { email: 'known@example.com', password: PASSWORD });
    const wrong = await post(open, '/sign-in', { email: 'known@example.com', password: 'wrong password' });
    const unknown = await post(open, '/sign-in', { email: 'unknown@example.com', password: 'wrong password' });
    const told = ({ status, body }: request.Response) => [status, { ...body, request_id: '' }];
    expect(wrong.body.code).toBe('CREDENTIALS_WRONG');
    expect(told(wrong)).toEqual(told(unknown));
    for (const answer of [wrong, unknown]) expect(answer.headers['set-cookie']).toBeUndefined();
    const { body } = await request(open.url).get('/audit?limit=2').set(BY_KEY);
    expect(body.map((entry: { action: string; details: object }) => [entry.action, entry.details])).toEqual([
      ['sign_in_failed', { email: 'unknown@example.com' }],
      ['sign_in_failed', { email: 'known@example.com' }],
    ]);
  });

  test('is refused for the page of another origin', async () => {
    const answer = await post(
      open,
      '/sign-in',
      { email: 'a@example.com', password: PASSWORD },
      { origin: 'http://evil' },
    );
    expect([answer.status, answer.body.code]).toEqual([403, 'ORIGIN_REFUSED']);
  });

  test('by an account without a password is impossible', async () => {
    const answer = await post(open, '/sign-in', { email: '', password: '' });
    expect(answer.status).toBe(400);
  });
});

describe('changing the password', () => {
  test('needs the old one, signs out everywhere else, and leaves keys alone', async () => {
    const email = 'changer@example.com';
    const mine = cookieOf(await post(open, '/sign-up', { email, password: PASSWORD }));
    const other = cookieOf(await post(open, '/sign-in', { email, password: PASSWORD }));
    const key = await post(open, '/keys', { name: 'ci', scopes: ['read'] }, mine);
    const byKey = { authorization: `Bearer ${key.body.key}` };
    const change = (current_password: string) =>
      post(open, '/password', { current_password, password: 'another password' }, mine);
    const refused = await change('not the old one');
    expect([refused.status, refused.body.code]).toEqual([401, 'CREDENTIALS_WRONG']);
    expect((await me(open, other)).status).toBe(200);
    expect((await change(PASSWORD)).status).toBe(204);
    expect([(await me(open, mine)).status, (await me(open, other)).status]).toEqual([200, 401]);
    expect((await me(open, byKey)).status).toBe(200);
    expect((await post(open, '/sign-in', { email, password: PASSWORD })).status).toBe(401);
    expect((await post(open, '/sign-in', { email, password: 'another password' })).status).toBe(200);
  });
});

describe('attempts', () => {
  let limited: GivenGateway;

  beforeEach(async () => {
    limited = await givenGateway({ RATE_LIMIT_SIGN_IN: '3' });
  });

  afterEach(() => limited.close());

  /** From an address of this machine. @returns the status, and when to come again */
  async function attempt(
    email: string,
    localAddress: string,
    path = '/sign-in',
  ): Promise<[number, string | undefined]> {
    const body = JSON.stringify({ email, password: PASSWORD });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = httpRequest(new URL(path, limited.url), { method: 'POST', localAddress, headers, agent: false });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return [answer.statusCode ?? 0, answer.headers['retry-after']];
  }

  test('are limited by address, whatever e-mail is tried; signing up counts as well', async () => {
    for (let n = 0; n < 2; n += 1) expect((await attempt(`a${n}@example.com`, '127.0.0.1'))[0]).toBe(401);
    expect((await attempt('a@example.com', '127.0.0.1', '/sign-up'))[0]).toBe(403);
    expect(await attempt('b@example.com', '127.0.0.1')).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect((await attempt('b@example.com', '127.0.0.2'))[0]).toBe(401);
  });

  test('are limited by e-mail, in whatever case and from wherever they come', async () => {
    for (const last of [3, 4, 5]) expect((await attempt('Victim@example.com', `127.0.0.${last}`))[0]).toBe(401);
    expect((await attempt('victim@EXAMPLE.com', '127.0.0.6'))[0]).toBe(429);
    expect((await attempt('other@example.com', '127.0.0.6'))[0]).toBe(401);
  });
});
