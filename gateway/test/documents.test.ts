// The API's documents and their pages, as a browser under the strict policy gets them.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { type GivenGateway, givenGateway } from './given-gateway.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway();
});

afterAll(() => given.close());

const get = (path: string) => request(given.url).get(path);

test.each([
  ['/openapi.json', 'openapi', /^3\.1\./],
  ['/asyncapi.json', 'asyncapi', /^3\./],
])('200: GET %s is the document', async (path, field, version) => {
  const { status, headers, body } = await get(path);
  expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  expect(body[field]).toMatch(version);
});

test.each(['/docs', '/docs/events'])('200: GET %s is a page that needs nothing the policy forbids', async (path) => {
  const { status, headers, text } = await get(path);
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  expect(text.match(/<script|<style|<[^>]*\s(?:style|on\w+)=|(?:src|href)="[a-z]+:/gi)).toBeNull();
  for (const [, href] of text.matchAll(/<link[^>]*href="([^"]+)"/g))
    expect((await get(href as string)).status).toBe(200);
});

test('the page names every operation, and its links lead somewhere on it', async () => {
  const { paths } = (await get('/openapi.json')).body as { paths: Record<string, object> };
  const { text } = await get('/docs');
  for (const path of Object.keys(paths)) expect(text).toContain(`<code>${path}</code>`);
  const ids = new Set([...text.matchAll(/id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, id] of text.matchAll(/href="#([^"]+)"/g)) expect([id, ids.has(id)]).toEqual([id, true]);
});

test('304: a document that the client has is not sent again', async () => {
  const { headers } = await get('/openapi.json');
  const again = await get('/openapi.json').set('if-none-match', headers.etag as string);
  expect([again.status, again.text, again.headers['content-type']]).toEqual([304, '', undefined]);
  expect((await get('/openapi.json').set('if-none-match', '"another"')).status).toBe(200);
});

test('404: what is no document', async () => {
  expect((await get('/docs/nothing')).status).toBe(404);
  expect((await get('/openapi.yaml')).status).toBe(404);
});
