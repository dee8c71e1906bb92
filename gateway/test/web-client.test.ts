import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { givenWebDirectory, LONG_SCRIPT, PAGE, SCRIPT } from './given-web-directory.ts';

let given: GivenGateway;
let web: Awaited<ReturnType<typeof givenWebDirectory>>;

beforeAll(async () => {
  web = await givenWebDirectory();
  given = await givenGateway({ WEB_DIRECTORY: web.directory });
});

afterAll(async () => {
  await given.close();
  await web.remove();
});

afterEach(() => given.upstreams['agent-service'].behave());

const get = (path: string) => request(given.url).get(path);

/** Of every answer that a browser could show. */
const SECURITY = {
  'content-security-policy': expect.stringContaining("default-src 'self'"),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

describe('the web client', () => {
  test('is a page for everybody, asked for again each time', async () => {
    const answer = await get('/');
    expect([answer.status, answer.text]).toEqual([200, PAGE]);
    expect(answer.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    // Under a query as well: this is where a failed sign-in leads to.
    expect((await get('/?sign_in=failed')).text).toBe(PAGE);
  });

  test.each(['/board', '/task/1', '/compare?left=1&right=2', '/settings', '/settings/keys'])(
    'is the page at its own address %s',
    async (path) => {
      const answer = await get(path);
      expect([answer.status, answer.text, answer.headers['cache-control']]).toEqual([200, PAGE, 'no-cache']);
    },
  );

  test.each(['/boards', '/task', '/task/1/2', '/settings/keys/1'])('is not the page at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test('is not sent again to who has it', async () => {
    const { headers } = await get('/');
    const answer = await get('/').set('if-none-match', headers.etag ?? '');
    expect([answer.status, answer.text]).toEqual([304, '']);
  });

  test('has files whose names change with their content: they are kept for a year', async () => {
    const answer = await get('/assets/index-abc.js').buffer(true);
    expect([answer.status, answer.text]).toEqual([200, SCRIPT]);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-type']).toMatch(/^text\/javascript/);
  });

  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', undefined],
  ])('is sent compressed as a browser takes it that says %s', async (accepted, encoding) => {
    const long = () => get('/assets/long-abc.js').set('accept-encoding', accepted).buffer(true);
    const answer = await long();
    expect([answer.status, answer.text, answer.headers['content-encoding']]).toEqual([200, LONG_SCRIPT, encoding]);
    expect(answer.headers['content-type']).toMatch(/^text\/javascript/);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.vary).toContain('Accept-Encoding');
    const again = await long().set('if-none-match', answer.headers.etag ?? '');
    expect([again.status, again.headers['content-encoding']]).toEqual([304, undefined]);
  });

  test('has an ETag for each form, so that none is taken for another', async () => {
    const tags = await Promise.all(
      ['br', 'gzip', 'identity'].map(
        async (form) => (await get('/assets/long-abc.js').set('accept-encoding', form)).headers.etag,
      ),
    );
    expect(new Set(tags).size).toBe(3);
  });

  test.each(['/', '/assets/index-abc.js'])('HEAD %s has the headers of GET', async (path) => {
    const [head, full] = [await request(given.url).head(path), await get(path)];
    expect([head.status, head.text ?? '']).toEqual([200, '']);
    for (const name of ['content-length', 'content-type', 'cache-control', 'etag'])
      expect(head.headers[name]).toBe(full.headers[name]);
  });

  test.each(['/assets/missing.js', '/missing.html', '/.secret', '/assets', '/assets/'])(
    '%s is not there',
    async (path) => {
      const answer = await get(path).redirects(1);
      expect([answer.status, answer.body.code]).toEqual([404, 'ROUTE_NOT_FOUND']);
    },
  );

  test('does not stand in for the API', async () => {
    expect((await get('/tasks')).status).toBe(401);
    expect((await request(given.url).post('/')).status).toBe(404);
  });
});

describe('security headers', () => {
  test.each([['/'], ['/assets/index-abc.js'], ['/me'], ['/nothing'], ['/tasks/..%2f'], ['/tasks'], ['/health']])(
    'are on %s',
    async (path) => {
      const { headers } = await get(path);
      expect(headers).toMatchObject(SECURITY);
      expect(headers).not.toHaveProperty('x-powered-by');
    },
  );

  test('allow scripts, styles and connections of our own origin only, and no framing', async () => {
    const policy = (await get('/')).headers['content-security-policy'] ?? '';
    expect(policy.split(';').sort()).toEqual([
      "base-uri 'none'",
      "default-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "object-src 'none'",
    ]);
  });

  test.each(['/tasks/id/files/index.html', '/preview/token/index.html'])(
    'of a service for %s, which shows what an agent wrote, are kept as they are',
    async (path) => {
      const strict = 'sandbox; default-src none';
      given.upstreams['agent-service'].behave((_request, response) => {
        response.writeHead(200, {
          'content-security-policy': strict,
          'x-frame-options': 'DENY',
          'content-type': 'text/html',
        });
        response.end('<script>alert(1)</script>');
      });
      const { headers } = await get(path).set(BY_KEY);
      expect(headers).toMatchObject({ ...SECURITY, 'content-security-policy': strict, 'x-frame-options': 'DENY' });
    },
  );
});

test('without a built client the API is served all the same', async () => {
  const bare = await givenGateway();
  try {
    expect((await request(bare.url).get('/')).status).toBe(404);
    expect((await request(bare.url).get('/me').set(BY_KEY)).status).toBe(200);
  } finally {
    await bare.close();
  }
});
