import { expect, test } from '@jest/globals';
import { ApiProblem } from './api-problem.ts';
import { dataOf, newClient } from './client.ts';
import { toNextPage } from './next-page.ts';
import { toPath } from './to-path.ts';

const answering = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  const asked: Request[] = [];
  const fetch = async (request: Parameters<typeof globalThis.fetch>[0]) => {
    asked.push(request as Request);
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
  };
  return { asked, client: newClient({ baseUrl: 'http://gateway.invalid', key: 'k', fetch }) };
};

test('a call goes to its path with the key, and gives the answer', async () => {
  const { asked, client } = answering(200, [{ path: 'a' }]);
  const files = await dataOf(client.GET('/tasks/{id}/files', { params: { path: { id: 'a b' } } }));
  expect(files).toEqual([{ path: 'a' }]);
  expect([asked[0]?.url, asked[0]?.headers.get('authorization')]).toEqual([
    'http://gateway.invalid/tasks/a%20b/files',
    'Bearer k',
  ]);
});

test('what is refused is thrown, with the code and when to try again', async () => {
  const { client } = answering(
    429,
    { title: 'Too many', detail: 'Wait.', code: 'RATE_LIMITED' },
    { 'retry-after': '7' },
  );
  const call = dataOf(client.POST('/tasks', { body: { goal: 'x' } }));
  await expect(call).rejects.toMatchObject({
    shown: { status: 429, code: 'RATE_LIMITED', detail: 'Wait.', retryAfterSeconds: 7 },
  });
});

test('a server that is not there is told in words', async () => {
  const client = newClient({
    baseUrl: 'http://gateway.invalid',
    fetch: () => Promise.reject(new TypeError('fetch failed')),
  });
  const call = dataOf(client.GET('/tasks'));
  await expect(call).rejects.toBeInstanceOf(ApiProblem);
  await expect(call).rejects.toThrow('The server cannot be reached');
});

test('a path keeps the slashes of a file and nothing else of what means something', () => {
  expect(toPath('/tasks/{id}/files/{path}', { id: 'a/b', path: 'src/a b?.js' })).toBe(
    '/tasks/a%2Fb/files/src/a%20b%3F.js',
  );
  expect(() => toPath('/tasks/{id}/files/{path}', { id: 'x', path: '../../keys' })).toThrow('leads elsewhere');
  expect(() => toPath('/tasks/{id}', { id: '..' })).toThrow('leads elsewhere');
});

test('the next page is taken from the Link header, as a path of the same origin only', () => {
  expect(toNextPage('</tasks?limit=50&cursor=abc>; rel="next"')).toBe('/tasks?limit=50&cursor=abc');
  expect(toNextPage('<https://elsewhere.example/tasks?cursor=x>; rel="next"')).toBe('/tasks?cursor=x');
  expect(toNextPage('</tasks>; rel="prev"')).toBeNull();
  expect(toNextPage(null)).toBeNull();
});
