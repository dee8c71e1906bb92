import { describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { endpoint } from './endpoint.ts';
import { newHealth } from './health.ts';
import { type Fields, type Logger, silentLogger } from './logger.ts';
import { newMetrics } from './metrics.ts';
import { AppError } from './problem.ts';
import { currentContext, traceIdOf } from './request-context.ts';
import { createServiceApp, type ServiceAppDeps } from './service-app.ts';
import { JWKS_PATH, type SigningKey } from './signing-key.ts';

type Line = { module: string; message: string; fields: Fields; request_id: string | undefined };

function given(change: Partial<ServiceAppDeps> = {}) {
  const lines: Line[] = [];
  const logger = (module: string): Logger => ({
    ...silentLogger,
    debug: (message, fields = {}) => {
      lines.push({ module, message, fields, request_id: currentContext().request_id });
    },
    child: logger,
  });
  const deps: ServiceAppDeps = {
    logger: logger('a-service'),
    health: newHealth([]),
    metrics: newMetrics('a-service'),
    identity: { verify: () => Promise.reject(new AppError('IDENTITY_INVALID')) },
    ...change,
  };
  const things = endpoint<ServiceAppDeps>({
    method: 'get',
    path: '/things/:id',
    access: 'public',
    handle: () => ({ status: 200, body: currentContext() }),
  });
  return { app: createServiceApp([things], deps), lines };
}

describe('the request id', () => {
  test('is taken from the caller, answered, and known to everything below', async () => {
    const { app } = given();
    const { body, headers } = await request(app).get('/things/1').set('x-request-id', 'request-0001');
    expect([headers['x-request-id'], body.request_id]).toEqual(['request-0001', 'request-0001']);
  });

  test.each(['', 'short', 'with space inside', '<script>', 'x'.repeat(101)])(
    '%j is none: a new one is made',
    async (id) => {
      const { headers } = await request(given().app).get('/things/1').set('x-request-id', id);
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('the trace', () => {
  test('goes on from the caller', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { body } = await request(given().app).get('/things/1').set('traceparent', traceparent);
    expect(body.traceparent).toBe(traceparent);
  });

  test('begins here when the caller has none, or garbage', async () => {
    for (const header of ['', 'garbage']) {
      const { body } = await request(given().app).get('/things/1').set('traceparent', header);
      expect(traceIdOf(body.traceparent)).toBeDefined();
    }
  });
});

test('each request is measured and logged under its route, never its path', async () => {
  const { app, lines } = given();
  await request(app).get('/things/secret-1').set('x-request-id', 'request-0001');
  await request(app).get('/nowhere/secret-2');
  expect(lines).toEqual([
    {
      module: 'http',
      message: 'Request',
      fields: { method: 'GET', route: '/things/:id', status: 200, duration_ms: expect.any(Number) },
      request_id: 'request-0001',
    },
    expect.objectContaining({ fields: expect.objectContaining({ route: 'unmatched', status: 404 }) }),
  ]);
  const { text } = await request(app).get('/metrics');
  expect(text).toContain('api_request_duration_seconds_count{service="a-service",endpoint="GET /things/:id"} 1');
  expect(text).toContain('endpoint="GET unmatched"');
  expect(text).not.toContain('secret');
});

test.each(['/things', '/things/1/', '/Things/1', '/'])('404: %s is no endpoint', async (path) => {
  const { status, body } = await request(given().app).get(path);
  expect([status, body.code]).toEqual([404, 'ROUTE_NOT_FOUND']);
});

test('health is answered without identity, and nothing says what it runs on', async () => {
  const { status, headers } = await request(given().app).get('/health/readiness');
  expect(status).toBe(200);
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(headers).not.toHaveProperty('etag');
});

test('a service that signs shows its public keys; one that does not has no such address', async () => {
  const jwks = { keys: [{ kty: 'OKP', kid: 'key-1' }] };
  const signingKey: SigningKey = { kid: 'key-1', privateKey: {} as SigningKey['privateKey'], jwks };
  expect((await request(given({ signingKey }).app).get(JWKS_PATH)).body).toEqual(jwks);
  expect((await request(given().app).get(JWKS_PATH)).status).toBe(404);
});
