// What holds for every endpoint of this service: who is let in, what a fault of ours looks like, and that it is tested.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IDENTITY_HEADER, type Identity } from '@builder-ai/contracts/identity';
import { openDatabase } from '@builder-ai/platform/database';
import { newIdentityIssuer } from '@builder-ai/platform/identity';
import { type Logger, silentLogger } from '@builder-ai/platform/logger';
import { openSigningKey } from '@builder-ai/platform/signing-key';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import request from 'supertest';
import { endpoints } from '../src/app.ts';
import { PrismaClient } from '../src/generated/prisma/client.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));
const TESTS = fileURLToPath(new URL('.', import.meta.url));
const IDENTITY: Identity = { userId: OWNER, kind: 'user', scopes: ['read', 'run', 'admin'] };
const ASKING_SERVICE: Identity = { userId: 'agent-service', kind: 'service', scopes: ['read'] };

let service: GivenService;
const logged: Record<string, unknown>[] = [];

beforeAll(async () => {
  const logger: Logger = { ...silentLogger, error: (message, fields) => logged.push({ message, ...fields }) };
  service = await givenService({ logger });
});

afterAll(() => service.close());

/** Those that every service has are the platform's, and tested there and in dead-letters.test.ts. */
const all = endpoints
  .filter(({ path }) => !path.startsWith('/admin/'))
  .map(({ method, path, access }) => ({ name: `${method.toUpperCase()} ${path}`, method, path, access }));
/** What the endpoints that need a body are sent. */
const BODIES: Record<string, object> = {
  '/tasks': { goal: 'a page' },
  '/tasks/:id': { budget: { cap_micro_usd: 1 } },
  '/tasks/:id/answer': { answer: 'x' },
  '/tasks/:id/messages': { content: 'x' },
  '/tasks/:id/fork': { at_step: 0 },
  '/tasks/:id/resolve': { call_id: '1.1.1', decision: 'redo' },
};

const call = (app: GivenService['app'], { method, path }: (typeof all)[number], headers: Record<string, string>) =>
  request(app)
    [method](path.replace(/:\w+/g, 'x'))
    .set(headers)
    .send(method === 'get' || method === 'delete' ? undefined : BODIES[path]);

describe.each(all)('$name', (endpoint) => {
  const allowed = endpoint.access === 'service' ? ASKING_SERVICE : IDENTITY;

  test('401: no identity, or one that is expired, for another service, changed, or signed by a stranger', async () => {
    const anHourAgo = () => Date.now() - 3_600_000;
    const valid = (await service.headersFor(allowed))[IDENTITY_HEADER] as string;
    const [head, payload, signature] = valid.split('.');
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody' })).toString('base64url');
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    const refused: Record<string, string>[] = [
      {},
      await service.headersFor(allowed, 'task-service', anHourAgo),
      await service.headersFor(allowed, 'agent-service'),
      { [IDENTITY_HEADER]: `${head}.${changed}.${signature}` },
      { [IDENTITY_HEADER]: `${unsigned}.${payload}.` },
      { [IDENTITY_HEADER]: 'nonsense' },
      await strangersHeaders(allowed),
    ];
    for (const [index, headers] of refused.entries()) {
      const { status, body, type } = await call(service.app, endpoint, headers);
      expect([index, status, body.code, type]).toEqual([index, 401, 'IDENTITY_INVALID', 'application/problem+json']);
    }
  });

  test('401: a service that speaks for a user', async () => {
    const key = await openSigningKey(service.deps.db);
    const headers = await newIdentityIssuer('agent-service', key).headerFor('task-service', IDENTITY);
    expect((await call(service.app, endpoint, headers)).status).toBe(401);
  });

  test('403: a caller without the scope', async () => {
    const { status, body } = await call(service.app, endpoint, await service.headersFor({ ...allowed, scopes: [] }));
    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
  });

  test('500: a fault of ours is logged with its cause and leaks nothing', async () => {
    const broken = await givenService({ logger: service.deps.logger });
    await broken.deps.db.query('alter table tasks rename to secret_tasks');
    await broken.deps.db.query('alter table jobs rename to secret_jobs');
    logged.length = 0;
    const { status, body } = await call(broken.app, endpoint, await broken.headersFor(allowed));
    await broken.close();
    expect([status, body]).toEqual([
      500,
      {
        type: 'urn:builder-ai:error:INTERNAL',
        title: 'Internal error',
        status: 500,
        detail: 'Internal error',
        code: 'INTERNAL',
        request_id: expect.any(String),
      },
    ]);
    expect(logged).toEqual([
      {
        message: 'Request failed',
        operation: endpoint.name,
        error: expect.objectContaining({ name: expect.any(String) }),
      },
    ]);
  });

  test('503: the database is away; the client is told to come again', async () => {
    // The discard port: nobody answers there.
    const db = openDatabase({ url: 'postgresql://127.0.0.1:9/none', name: 'away', logger: silentLogger });
    const prisma = new PrismaClient({ adapter: new PrismaPg(db.pool) });
    const { app } = await service.replica({ db, prisma });
    const { status, body, headers } = await call(app, endpoint, await service.headersFor(allowed));
    await prisma.$disconnect();
    await db.close();
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'SERVICE_UNAVAILABLE', '1']);
  });

  test('it has a test file of its own, which calls it', () => {
    const source = findSource(endpoint.method, endpoint.path);
    const file = join(TESTS, basename(source).replace(/\.ts$/, '.test.ts'));
    expect([file, existsSync(file)]).toEqual([file, true]);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(`describe('${endpoint.name}'`);
    const firstPart = endpoint.path.split(':')[0] as string;
    const lastPart = endpoint.path.split('/').findLast((part) => !part.startsWith(':')) as string;
    const called = [...text.matchAll(/\.(get|post|patch|delete)\(\s*[`']([^`']+)/g)].map(
      ([, method, path]) => `${method} ${path}`,
    );
    expect(called).toContainEqual(expect.stringMatching(new RegExp(`^${endpoint.method} ${firstPart}.*`)));
    expect(called.filter((each) => each.includes(lastPart))).not.toEqual([]);
  });
});

test('every endpoint that is written is in the list of app.ts', () => {
  expect(sources().filter(({ text }) => /\bendpoint</.test(text)).length).toBe(all.length);
});

test('404: a path that is none of them', async () => {
  for (const path of ['/', '/task', '/tasks/x/y', '/TASKS', '/tasks/']) {
    const { status, body } = await service.get(path);
    expect([path, status, body.code]).toEqual([path, 404, 'ROUTE_NOT_FOUND']);
  }
});

/** Signed in order, by somebody whom nobody here believes. */
async function strangersHeaders(identity: Identity) {
  const database = await openServiceDatabase('services/task-service');
  const db = openDatabase({ url: database.url, name: 'stranger', logger: silentLogger });
  const key = await openSigningKey(db);
  await db.close();
  await database.drop();
  return newIdentityIssuer('gateway', key).headerFor('task-service', identity);
}

function sources(): { path: string; text: string }[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('generated'))
    .map((path) => ({ path, text: readFileSync(join(SOURCES, path), 'utf8') }));
}

function findSource(method: string, path: string): string {
  const found = sources().find(({ text }) => text.includes(`method: '${method}'`) && text.includes(`path: '${path}'`));
  if (!found) throw new Error(`No source file declares ${method} ${path}.`);
  return found.path;
}
