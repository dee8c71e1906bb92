// One reading of a path: what two programs could read in two ways goes no further.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { givenWebDirectory } from './given-web-directory.ts';
import { exchange } from './raw-exchange.ts';

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

beforeEach(() => {
  for (const upstream of Object.values(given.upstreams)) upstream.received.length = 0;
});

/** Below HTTP clients, which would tidy the path before they send it. */
const get = (path: string) =>
  exchange(given.port, [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: ${BY_KEY.authorization}`,
    'Connection: close',
  ]);

const refused = [
  '/tasks/..',
  '/tasks/../metrics',
  '/tasks/./id',
  '/tasks/%2e%2e/metrics',
  '/tasks/%2E%2e',
  '/tasks/.%2e/metrics',
  '/tasks/%2e',
  '/tasks/id%2ffiles',
  '/tasks/id%2Ffiles',
  '/tasks/id%5cfiles',
  '/tasks/id\\files',
  '/tasks//id',
  '//tasks',
  '//evil.example/tasks',
  '/tasks/id;x=1',
  '/tasks;/id',
  '/tasks/id#/files',
  '/tasks/%zz',
  '/tasks/%',
  '/tasks/%c0%af',
  '/tasks/id%00',
  '/tasks/id%0d%0aX-Injected:%201',
  '/tasks/id%7f',
  '/v1//tasks',
  '/v1/../metrics',
  '/preview/token/../../metrics',
  '/preview/token/%2e%2e/%2e%2e/tasks',
  // What the gateway answers by itself is read in the same way.
  '//metrics',
  '/./metrics',
  '/assets/../index.html',
  '/%2e/index.html',
  '//index.html',
  '//assets',
  '/index.html%00.js',
  'http://127.0.0.1/tasks',
];

describe('a path that can be read in two ways', () => {
  test.each(refused)('%s is 400, and no service sees it', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(400);
    expect(answer.head).toMatch(/content-type: application\/problem\+json/i);
    const problem = JSON.parse(answer.body);
    expect(problem).toMatchObject({ code: 'PATH_INVALID', status: 400 });
    expect(answer.head).toContain(problem.request_id);
    expect(Object.values(given.upstreams).flatMap((upstream) => upstream.received)).toEqual([]);
  });

  test.each(['/tasks/id\0', '\\tasks', 'tasks'])('%j is no HTTP at all', async (path) => {
    expect((await get(path)).status).toBe(400);
  });

  test.each([
    '/tasks/a-b_c.d~e',
    '/tasks/%C3%A4%20%3F',
    '/tasks/..a',
    '/tasks/%252e%252e',
    '/tasks/id%3b',
    '/tasks/%23',
  ])('%s is one name, and goes on as it was sent', async (path) => {
    expect((await get(path)).status).toBe(200);
    expect(given.tasks.received.map((entry) => entry.url)).toEqual([path]);
  });

  test('the query is nobody here to judge: it goes on as it was sent', async () => {
    expect((await get('/tasks?a=../..//;%2f%00&b=\\%zz?c')).status).toBe(200);
    expect(given.tasks.received[0]?.url).toBe('/tasks?a=../..//;%2f%00&b=\\%zz?c');
  });
});

describe('/v1', () => {
  test.each(['/health', '/me', '/metrics', '/tasks/id', '/tasks?limit=1'])('%s is the same below it', async (path) => {
    const [plain, versioned] = await Promise.all(
      [path, `/v1${path}`].map((url) => request(given.url).get(url).set(BY_KEY)),
    );
    expect(versioned?.status).toBe(200);
    expect(plain?.status).toBe(200);
    expect(versioned?.headers['content-type']).toBe(plain?.headers['content-type']);
  });
});
