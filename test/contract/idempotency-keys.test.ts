// Every POST that the gateway lets through or answers honours an Idempotency-Key, or says why it takes none: asked of the real
// product, from the list that the API documents are made from. A new POST is in it by itself.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allOperations, type Operation } from '../../scripts/docs/operations.ts';
import { type FuzzedProduct, givenFuzzedProduct } from '../fuzz/fuzzed-product.ts';

let product: FuzzedProduct;

beforeAll(async () => {
  product = await givenFuzzedProduct();
}, 90_000);

afterAll(() => product?.stop());

const posts = allOperations()
  .filter(({ method }) => method === 'post')
  .map((operation) => ({ name: `POST ${operation.path}`, operation }));
const keyed = posts.filter(({ operation }) => !operation.withoutIdempotencyKey);

/** Two requests that both could be made; of those without a second one the tests of their services say it. */
const BODIES: Record<string, (n: number) => object> = {
  'POST /tasks': (n) => ({ goal: `page ${n}` }),
  'POST /tasks/:id/messages': (n) => ({ content: `word ${n}` }),
  'POST /tasks/:id/fork': (n) => ({ at_step: 0, goal: `fork ${n}` }),
  'POST /agent': (n) => ({ message: `page ${n}` }),
  'POST /webhooks': (n) => ({ url: `http://127.0.0.1:9/${n}` }),
  'POST /keys': (n) => ({ name: `key ${n}`, scopes: ['read'] }),
  'POST /projects': (n) => ({ name: `project ${n}` }),
  'POST /projects/:id/invitations': (n) => ({ role: n > 0 ? 'editor' : 'viewer' }),
};
/** What they need first, a task that waits or an invitation, is none of a template's or of the owner's own. */
const ONLY_READS_THE_KEY = [
  'POST /tasks/:id/retry',
  'POST /tasks/:id/approve',
  'POST /tasks/:id/answer',
  'POST /tasks/:id/resolve',
  'POST /invitations/accept',
];

async function send({ path }: Operation, key: string, body?: unknown) {
  const first = path.split('/')[1] as string;
  const real = path.replace(/:(\w+)/g, (whole, name: string) => product.known[`${first} ${name}`] ?? whole);
  const response = await fetch(product.url + real, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${product.key}`,
      'idempotency-key': key,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { code, errors } = (await response.json()) as { code?: string; errors?: { field: string }[] };
  return { status: response.status, code, fields: errors?.map(({ field }) => field) };
}

const bodyOf = ({ name, operation }: (typeof posts)[number]) => BODIES[name]?.(0) ?? operation.bodySample;

test('each that takes a body is among those that are asked twice, or among those that cannot be', () => {
  const withBody = keyed.filter(({ operation }) => operation.body).map(({ name }) => name);
  expect(withBody.toSorted()).toEqual([...Object.keys(BODIES), ...ONLY_READS_THE_KEY].toSorted());
});

test('a POST without one says why, in a line', () => {
  for (const { operation } of posts) expect(operation.withoutIdempotencyKey ?? 'it takes one').toMatch(/^\w.{8,80}$/);
});

describe.each(keyed)('$name', (post) => {
  test('a key that is too long is refused: it is read', async () => {
    const answer = await send(post.operation, 'k'.repeat(256), bodyOf(post));
    expect(answer).toEqual({ status: 400, code: 'INPUT_INVALID', fields: ['Idempotency-Key'] });
  });

  if (BODIES[post.name])
    test('422: another body with the same key', async () => {
      const first = await send(post.operation, 'once', BODIES[post.name]?.(0));
      expect(first.status).toBeLessThan(300);
      const second = await send(post.operation, 'once', BODIES[post.name]?.(1));
      expect([second.status, second.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    });
});
