// Bodies that are too large, too deep, broken, or made to keep a parser busy: each is answered with a problem of ours, nothing is
// changed by it, and the product goes on.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { API_KEY, newHome, type Product, startProduct } from '../stories/product.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(home.home, { SIGN_UP: 'open', RATE_LIMIT_SIGN_IN: '1000', OLLAMA: 'off' });
}, 120_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

const AUTHORIZATION = { authorization: `Bearer ${API_KEY}` };

async function send(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const response = await fetch(product.url + path, {
    method,
    headers: { ...AUTHORIZATION, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, code: (/"code":"([A-Z_]+)"/.exec(text) ?? [])[1], text };
}

const deep = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);
const task = (more: string) => `{"type":"build","goal":"x"${more}}`;

describe('POST /tasks', () => {
  test.each<[string, string, number, string]>([
    ['a body of a megabyte', task(`,"metadata":{"a":"${'x'.repeat(1024 * 1024)}"}`), 413, 'BODY_TOO_LARGE'],
    ['lists in lists, 100,000 deep', task(`,"metadata":{"a":${deep('[', ']', 100_000)}}`), 400, 'INPUT_INVALID'],
    [
      'objects in objects, 20,000 deep',
      task(`,"metadata":${deep('{"a":', '}', 20_000).replace(':}', ':1}')}`),
      400,
      'INPUT_INVALID',
    ],
    ['half a body', '{"type":"build","goal":', 400, 'JSON_INVALID'],
    ['no JSON', 'goal=x', 400, 'JSON_INVALID'],
    ['JSON that is no object', '"goal"', 400, 'JSON_INVALID'],
    ['a list', '[]', 400, 'INPUT_INVALID'],
    ['__proto__', task(',"__proto__":{"admin":true}'), 400, 'INPUT_INVALID'],
    ['__proto__ inside', task(',"metadata":{"__proto__":{"admin":true}}'), 400, 'INPUT_INVALID'],
    ['constructor', task(',"constructor":{"prototype":{"admin":true}}'), 400, 'INPUT_INVALID'],
    ['an owner', task(',"owner_id":"somebody"'), 400, 'INPUT_INVALID'],
    ['a status, a sequence number and a plan', task(',"status":"completed","seq":9,"plan":[]'), 400, 'INPUT_INVALID'],
    ['an object in place of a text', '{"type":"build","goal":{"$gt":""}}', 400, 'INPUT_INVALID'],
    ['a NUL', '{"type":"build","goal":"a\\u0000b"}', 400, 'INPUT_INVALID'],
    ['half a surrogate pair', '{"type":"build","goal":"\\ud800"}', 400, 'INPUT_INVALID'],
    ['a number beyond all numbers', task(',"budget":{"cap_micro_usd":1e999}'), 400, 'INPUT_INVALID'],
  ])('%s is refused', async (_name, body, status, code) => {
    expect(await send('POST', '/tasks', body)).toMatchObject({ status, code });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test.each([
    ['a form', 'application/x-www-form-urlencoded'],
    ['text', 'text/plain'],
    ['parts', 'multipart/form-data; boundary=x'],
    ['nothing', ''],
  ])('%s is no JSON: 415', async (_name, type) => {
    expect((await send('POST', '/tasks', task(''), { 'content-type': type })).status).toBe(415);
  });
});

describe('fields that are not the caller’s to set are refused', () => {
  test.each([
    ['POST', '/sign-up', '{"email":"a@example.com","password":"correct horse battery","is_owner":true}'],
    ['POST', '/sign-up', '{"email":"b@example.com","password":"correct horse battery","id":"0190"}'],
    ['POST', '/keys', '{"name":"k","scopes":["read"],"user_id":"somebody"}'],
    ['POST', '/keys', '{"name":"k","scopes":["read","root"]}'],
    ['POST', '/projects', '{"name":"p","id":"0190","owner_id":"somebody"}'],
    ['PATCH', '/users/0190', '{"disabled":true,"is_owner":true}'],
  ])('%s %s %s', async (method, path, body) => {
    expect(await send(method, path, body)).toMatchObject({ status: 400, code: 'INPUT_INVALID' });
  });
});

/** What regular expressions that were written without care take for ever to refuse. */
const SLOW = [
  'a'.repeat(1_900),
  `${'a'.repeat(1_900)}!`,
  '<script'.repeat(270),
  `${'<script>'.repeat(120)}${'</script'.repeat(120)}`,
  'javascript:'.repeat(170),
  `${'on'.repeat(900)}=`,
  ' '.repeat(1_900),
  `${'a@'.repeat(950)}`,
  `${'a.'.repeat(900)}@${'b.'.repeat(40)}`,
  `Bearer ${'eyJ'.repeat(600)}`,
  '../'.repeat(600),
  '%'.repeat(1_900),
];

describe('text that keeps careless patterns busy is answered', () => {
  test.each(SLOW.map((text, nth) => [nth, text] as const))('text %s', async (_nth, text) => {
    const json = JSON.stringify(text);
    const query = encodeURIComponent(text);
    const answers = await Promise.all([
      send('POST', '/tasks', `{"type":"build","goal":${json}}`),
      send('GET', `/tasks?q=${query}&cursor=${query}`),
      send('POST', '/sign-in', `{"email":${json},"password":${json}}`),
      send('GET', `/tasks/${query.slice(0, 4_000)}`),
      send('GET', '/me', undefined, { authorization: `Bearer ${text.trim() || 'x'}` }),
      send('GET', '/me', undefined, { cookie: `builder_session=${query}; ${query}` }),
      send('POST', '/tasks', task(''), { 'idempotency-key': query }),
      send('GET', '/tasks', undefined, { 'if-none-match': query, accept: query, 'last-event-id': query }),
    ]);
    for (const { status } of answers) expect(status).toBeLessThan(500);
  });
});

test('after all of it the product is well, and tells of no error', async () => {
  expect((await fetch(`${product.url}/health/readiness`)).status).toBe(200);
  const { text } = await send('GET', '/tasks?limit=1');
  expect(JSON.parse(text)).toHaveLength(1);
});
