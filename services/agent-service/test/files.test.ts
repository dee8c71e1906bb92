// The workspace over HTTP: list, file, archive, preview.

import type { Role } from '@builder-ai/contracts/identity';
import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { executeRun } from '../src/runs/execute-run.ts';
import { claim, type GivenService, givenReadyRun, givenService, OWNER, undisturbed } from './given-service.ts';

let service: GivenService;
const BUILT = 'built-task';

beforeAll(async () => {
  service = await givenService({ tasks: { 'fresh-task': OWNER } });
  await givenReadyRun(service.deps, BUILT, { goal: 'build a landing page with a contact form' });
  await executeRun(service.deps, await claim(service.deps), silentLogger, undisturbed());
});

afterAll(() => service.close());

async function get(path: string, userId = OWNER, projects?: Record<string, Role>) {
  return request(service.app)
    .get(path)
    .set(await service.headersFor(userId, projects));
}

describe('GET /tasks/:id/files', () => {
  test('200: what was built', async () => {
    const { status, body } = await get(`/tasks/${BUILT}/files`);
    expect(status).toBe(200);
    expect(body).toContainEqual(expect.objectContaining({ path: 'index.html', type: 'file', mode: '644' }));
  });

  test('200: nothing, for a task that was never run', async () => {
    expect((await get('/tasks/fresh-task/files')).body).toEqual([]);
  });

  test("404: an unknown task and another owner's", async () => {
    for (const answer of [
      await get('/tasks/no-task/files'),
      await get(`/tasks/${BUILT}/files`, 'somebody'),
      await get('/tasks/fresh-task/files', 'somebody'),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'TASK_NOT_FOUND']);
    }
  });

  test("200: for the members of the task's project; 404 for a member of another, and for who has left", async () => {
    await givenReadyRun(service.deps, 'of-project', { owner_id: 'project-1' });
    for (const path of ['/tasks/of-project/files', '/tasks/of-project/usage']) {
      expect((await get(path, 'somebody', { 'project-1': 'viewer' })).status).toBe(200);
      for (const projects of [{ 'project-2': 'owner' as const }, undefined]) {
        expect((await get(path, 'somebody', projects)).body.code).toBe('TASK_NOT_FOUND');
      }
    }
  });

  test('401: without identity', async () => {
    expect((await request(service.app).get(`/tasks/${BUILT}/files`)).body.code).toBe('IDENTITY_INVALID');
  });
});

describe('GET /tasks/:id/files/*path', () => {
  test('200: the bytes, with a type, and unable to do anything in a browser', async () => {
    const { status, headers, text } = await get(`/tasks/${BUILT}/files/index.html`);
    expect(status).toBe(200);
    expect(text).toContain('<html');
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff' });
    expect(headers['content-security-policy']).toMatch(/^sandbox;/);
  });

  test.each([
    ['', 'PATH_EMPTY', 'Path cannot be empty'],
    ['%2e%2e/secret', 'PATH_INVALID', 'Invalid path'],
    ['a..b', 'PATH_INVALID', 'Invalid path'],
    ['%2Fetc/passwd', 'PATH_INVALID', 'Invalid path'],
    ['a%20b', 'PATH_CHARACTERS', 'Path contains invalid characters'],
    ['a%00', 'PATH_CHARACTERS', 'Path contains invalid characters'],
    ['x'.repeat(1_025), 'PATH_INVALID', 'Invalid path'],
  ])('400: %j', async (path, code, detail) => {
    const { status, body } = await get(`/tasks/${BUILT}/files/${path}`);
    expect([status, body.code, body.detail]).toEqual([400, code, detail]);
  });

  test('404: no such file, also in a task without files', async () => {
    for (const path of [`/tasks/${BUILT}/files/nothing.txt`, '/tasks/fresh-task/files/index.html']) {
      const { status, body } = await get(path);
      expect([status, body.code]).toEqual([404, 'FILE_NOT_FOUND']);
    }
  });
});

describe('GET /tasks/:id/archive', () => {
  test('200: a zip', async () => {
    const response = await request(service.app)
      .get(`/tasks/${BUILT}/archive`)
      .set(await service.headersFor())
      .buffer(true)
      .parse((stream, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => done(null, Buffer.concat(chunks)));
      });
    expect(response.headers['content-type']).toBe('application/zip');
    expect(response.headers['content-disposition']).toBe(`attachment; filename="${BUILT}.zip"`);
    expect(response.body.subarray(0, 2).toString()).toBe('PK');
    expect(response.body.includes('index.html')).toBe(true);
  });

  test('404: no files yet', async () => {
    expect((await get('/tasks/fresh-task/archive')).body.code).toBe('FILE_NOT_FOUND');
  });
});

describe('GET /tasks/:id/preview and /preview/:token/*path', () => {
  test('the page is open to whoever has its address, in an origin of its own', async () => {
    const { body } = await get(`/tasks/${BUILT}/preview`);
    expect(body.url).toMatch(/^\/preview\/[\w-]+\/$/);
    const page = await request(service.app).get(body.url);
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toBe('sandbox allow-scripts allow-forms allow-modals');
    expect((await request(service.app).get(`${body.url}nothing.css`)).body.code).toBe('FILE_NOT_FOUND');
    expect((await request(service.app).get(`${body.url}%2e%2e/x`)).body.code).toBe('PATH_INVALID');
  });

  test('404: no such token; nothing to preview yet', async () => {
    expect((await request(service.app).get('/preview/unknown/index.html')).body.code).toBe('FILE_NOT_FOUND');
    expect((await get('/tasks/fresh-task/preview')).body.code).toBe('FILE_NOT_FOUND');
  });
});
