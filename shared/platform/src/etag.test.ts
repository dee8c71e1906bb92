import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { byAssertion, type EndpointDeps, endpoint, mountEndpoints } from './endpoint.ts';
import type { IdentityVerifier } from './identity.ts';

let name = 'one';
const deps: EndpointDeps = { identity: {} as IdentityVerifier };
const app = express();
app.disable('etag');
mountEndpoints(
  app,
  [
    endpoint({ method: 'get', path: '/thing', access: 'public', handle: () => ({ status: 200, body: { name } }) }),
    endpoint({
      method: 'get',
      path: '/versioned',
      access: 'public',
      handle: () => ({ status: 200, body: { name }, headers: { etag: '"7"' } }),
    }),
    endpoint({ method: 'post', path: '/thing', access: 'public', handle: () => ({ status: 200, body: { name } }) }),
  ],
  deps,
  byAssertion(deps),
);

const read = (path: string, tags?: string) => {
  const call = request(app).get(path);
  return tags === undefined ? call : call.set('if-none-match', tags);
};

test('304 with no body while the answer is the same; 200 with another tag once it is not', async () => {
  name = 'one';
  const first = await read('/thing');
  const tag = first.headers.etag as string;
  expect([first.status, first.body, first.headers['cache-control']]).toEqual([200, { name }, 'private, no-cache']);
  const again = await read('/thing', tag);
  expect([again.status, again.text, again.headers.etag, again.headers['content-type']]).toEqual([
    304,
    '',
    tag,
    undefined,
  ]);
  name = 'two';
  const changed = await read('/thing', tag);
  expect([changed.status, changed.body]).toEqual([200, { name: 'two' }]);
  expect(changed.headers.etag).not.toBe(tag);
});

test('a tag of its own is used as it is', async () => {
  expect((await read('/versioned')).headers.etag).toBe('"7"');
  expect((await read('/versioned', '"7"')).status).toBe(304);
});

test.each(['"1", "7"', 'W/"7"', '*', '  "7"  '])('304: If-None-Match %s names it', async (tags) => {
  expect((await read('/versioned', tags)).status).toBe(304);
});

test.each(['"77"', '7', '', '"7'])('200: If-None-Match %s does not', async (tags) => {
  expect((await read('/versioned', tags)).status).toBe(200);
});

test('whoever sets it by fetch is answered 304, though fetch asks caches not to answer', async () => {
  expect((await read('/versioned', '"7"').set('cache-control', 'no-cache')).status).toBe(304);
});

test('what is no read has no tag, and is done whatever is named', async () => {
  const { status, headers } = await request(app).post('/thing').set('if-none-match', '*');
  expect(status).toBe(200);
  expect(headers).not.toHaveProperty('etag');
});
