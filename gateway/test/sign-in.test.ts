import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { hashToken } from '../src/auth/token.ts';
import { API_KEY, BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway();
});

afterAll(() => given.close());

const newPath = async () => {
  const { pathname, search } = new URL(await given.gateway.createSignInLink());
  return pathname + search;
};

const me = (headers: Record<string, string>) => request(given.url).get('/me').set(headers);

describe('the sign-in link', () => {
  test('signs in once: the second use is refused', async () => {
    const path = await newPath();
    const first = await request(given.url).get(path);
    expect([first.status, first.headers.location]).toEqual([303, '/']);
    const second = await request(given.url).get(path).set('accept', 'application/json');
    expect(second.status).toBe(401);
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  test('signs in one of two who use it at the same moment', async () => {
    const path = await newPath();
    const answers = await Promise.all(Array.from({ length: 8 }, () => request(given.url).get(path)));
    expect(answers.filter((answer) => answer.headers['set-cookie'])).toHaveLength(1);
  });

  test.each([
    ['unknown', async () => '/sign-in?token=unknown'],
    ['given twice in one request', async () => `${await newPath()}&token=other`],
    ['missing', async () => '/sign-in'],
    ['expired', expiredPath],
  ])('that is %s: a problem for a program, the page that says so for a browser', async (_name, newWrongPath) => {
    const path = await newWrongPath();
    const program = await request(given.url).get(path).set('accept', 'application/json');
    expect(program.status).toBe(401);
    expect(program.headers['content-type']).toMatch('application/problem+json');
    expect(program.body).toMatchObject({ code: 'SIGN_IN_LINK_INVALID', request_id: program.headers['x-request-id'] });
    const browser = await request(given.url).get(path).set('accept', 'text/html,application/xhtml+xml,*/*;q=0.8');
    expect([browser.status, browser.headers.location]).toEqual([303, '/?sign_in=failed']);
    for (const answer of [program, browser]) expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('is never kept by a cache, nor in the log', async () => {
    const path = await newPath();
    const answer = await request(given.url).get(path);
    expect(answer.headers['cache-control']).toBe('no-store');
    const log = await eventually(async () => {
      const written = await given.readLog();
      return written.includes('GET') && written.includes('/sign-in') && written;
    });
    expect(log).not.toContain(new URLSearchParams(path.split('?')[1]).get('token'));
  });

  test('gives a cookie that scripts and other sites cannot use', async () => {
    const answer = await request(given.url).get(await newPath());
    const [value = '', ...attributes] = (answer.headers['set-cookie']?.[0] ?? '').split('; ');
    expect(value).toMatch(/^builder_session=[\w-]{43}$/);
    expect(attributes.filter((attribute) => !/^Expires=/.test(attribute))).toEqual([
      `Max-Age=${30 * 24 * 3600}`,
      'Path=/',
      'HttpOnly',
      'SameSite=Lax',
    ]);
  });

  test('leaves only hashes in the database', async () => {
    const { cookie } = await given.signIn();
    const token = cookie.split('=')[1] as string;
    const rows = await given.db.query<{ token_hash: string }>('select token_hash from sessions');
    expect(rows.map((row) => row.token_hash)).toContain(hashToken(token));
    expect(rows.map((row) => row.token_hash)).not.toContain(token);
  });
});

describe('/me', () => {
  test('tells who is signed in by the cookie', async () => {
    const answer = await me(await given.signIn());
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ user_id: expect.any(String), scopes: ['read', 'run', 'admin'] });
  });

  test('is the same under /v1, and the same owner by key', async () => {
    const { body } = await me(await given.signIn());
    const byKey = await request(given.url).get('/v1/me').set(BY_KEY);
    expect([byKey.status, byKey.body]).toEqual([200, body]);
  });

  test.each([
    ['nothing', {}],
    ['an unknown session', { cookie: 'builder_session=unknown' }],
    ['an empty session', { cookie: 'builder_session=' }],
    ['a cookie of another name', { cookie: 'session=1; xbuilder_session=2' }],
    ['a wrong key', { authorization: 'Bearer wrong-key-of-the-gateway-tests' }],
    ['a part of the key', { authorization: `Bearer ${API_KEY.slice(0, -1)}` }],
    ['the key as another scheme', { authorization: `Basic ${API_KEY}` }],
  ])('is 401 for %s', async (_name, headers) => {
    const answer = await me(headers as Record<string, string>);
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'NOT_SIGNED_IN', status: 401 });
  });

  test('believes a wrong key no more because a session comes with it', async () => {
    const answer = await me({ ...(await given.signIn()), authorization: 'Bearer wrong-key-of-the-gateway-tests' });
    expect(answer.status).toBe(401);
  });

  test('is 401 once the session has expired', async () => {
    const { cookie } = await given.signIn();
    const hash = hashToken(cookie.split('=')[1] as string);
    await given.db.query(`update sessions set expires_at = clock_timestamp() where token_hash = $1`, [hash]);
    expect((await me({ cookie })).status).toBe(401);
  });
});

describe('signing out', () => {
  test('ends this session for the next request, and no other', async () => {
    const [mine, other] = [await given.signIn(), await given.signIn()];
    // Both were just believed: signing out does not wait until that is over.
    expect([(await me(mine)).status, (await me(other)).status]).toEqual([200, 200]);
    const answer = await request(given.url).post('/sign-out').set(mine);
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^builder_session=; Path=\/; Expires=Thu, 01 Jan 1970/);
    expect([(await me(mine)).status, (await me(other)).status]).toEqual([401, 200]);
  });

  test('ends a session that was believed while it was being ended', async () => {
    const session = await given.signIn();
    const hash = hashToken(session.cookie.split('=')[1] as string);
    let signedOut: Promise<{ status: number }> | undefined;
    await given.db.transaction(async (tx) => {
      // Holds up the sign-out between what it forgets and what it writes.
      await tx.query('select 1 from sessions where token_hash = $1 for update', [hash]);
      signedOut = request(given.url)
        .post('/sign-out')
        .set(session)
        .then((answer) => answer);
      await eventually(async () => (await waitingForLocks()) > 0);
      expect((await me(session)).status).toBe(200);
    });
    expect((await signedOut)?.status).toBe(204);
    expect((await me(session)).status).toBe(401);
  });

  test('is harmless for nobody', async () => {
    expect((await request(given.url).post('/sign-out')).status).toBe(204);
  });

  test('is refused for the page of another origin', async () => {
    const session = await given.signIn();
    const answer = await request(given.url).post('/sign-out').set(session).set('origin', 'http://evil.example');
    expect([answer.status, answer.body.code]).toEqual([403, 'ORIGIN_REFUSED']);
    expect((await me(session)).status).toBe(200);
  });
});

async function expiredPath(): Promise<string> {
  const path = await newPath();
  const hash = hashToken(new URLSearchParams(path.split('?')[1]).get('token') as string);
  await given.db.query('update sign_in_links set expires_at = clock_timestamp() where token_hash = $1', [hash]);
  return path;
}

async function waitingForLocks(): Promise<number> {
  const [row] = await given.db.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return row?.n ?? 0;
}
