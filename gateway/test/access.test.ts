// Who is let through: every route of the table and every endpoint of the gateway's own, for nobody and for the owner.
import { ACCESS, IDENTITY_HEADER, type ServiceName } from '@builder-ai/contracts/identity';
import { newIdentityVerifier } from '@builder-ai/platform/identity';
import { JWKS_PATH } from '@builder-ai/platform/signing-key';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import request from 'supertest';
import { type Route, routes } from '../src/routes.ts';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { registeredEndpoints } from './registered-endpoints.ts';

let given: GivenGateway;
let owner: string;

beforeAll(async () => {
  given = await givenGateway();
  owner = (await request(given.url).get('/me').set(BY_KEY)).body.user_id;
});

afterAll(() => given.close());

beforeEach(() => {
  for (const upstream of Object.values(given.upstreams)) upstream.received.length = 0;
});

/** A path that the route matches. */
const toPath = (route: Route) => route.path.replace(/:\w+/g, 'some-id').replace('*', 'some/file.txt');

const call = (method: string, path: string, headers: Record<string, string> = {}) =>
  (request(given.url) as unknown as Record<string, (path: string) => request.Test>)
    [method.toLowerCase()]?.(path)
    .set(headers) as request.Test;

const table = routes.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const);
const closed = table.filter(([, route]) => ACCESS[route.access] !== null);
const open = table.filter(([, route]) => ACCESS[route.access] === null);

describe('every route of the table', () => {
  test.each(closed)('%s: 401 for nobody, and the service is not asked', async (_name, route) => {
    for (const prefix of ['', '/v1']) {
      const answer = await call(route.method, prefix + toPath(route));
      expect(answer.status).toBe(401);
      expect(answer.headers['content-type']).toMatch('application/problem+json');
      expect(answer.body).toMatchObject({ code: 'NOT_SIGNED_IN', request_id: answer.headers['x-request-id'] });
    }
    expect(Object.values(given.upstreams).flatMap((upstream) => upstream.received)).toEqual([]);
  });

  test.each(closed)('%s: reaches its service, in the name of the caller, for that service alone', async (_n, route) => {
    for (const prefix of ['', '/v1']) {
      const { status, body } = await call(route.method, `${prefix + toPath(route)}?page=2`, await given.signIn());
      expect([status, body.service, body.method, body.url]).toEqual([
        200,
        route.service,
        route.method.toUpperCase(),
        `${toPath(route)}?page=2`,
      ]);
      const identity = await verifierOf(route.service).verify(body.headers[IDENTITY_HEADER]);
      expect(identity).toEqual({
        userId: owner,
        kind: 'user',
        scopes: ['read', 'run', 'admin'],
        credentialId: expect.any(String),
      });
      for (const other of services.filter((name) => name !== route.service)) {
        await expect(verifierOf(other).verify(body.headers[IDENTITY_HEADER])).rejects.toThrow();
      }
    }
  });

  test.each(open)('%s: is for everybody, and speaks for nobody', async (_name, route) => {
    for (const headers of [{}, BY_KEY, { authorization: 'Bearer a-wrong-key-0123456789' }]) {
      const { status, body } = await call(route.method, toPath(route), headers);
      expect([status, body.service]).toEqual([200, route.service]);
      expect(body.headers).not.toHaveProperty(IDENTITY_HEADER);
      expect(body.headers).not.toHaveProperty('authorization');
    }
  });

  test('only the preview is for everybody: its token is the permission', () => {
    expect(open.map(([name]) => name)).toEqual(['GET /preview/:token/*']);
  });
});

// What the gateway answers by itself, and what it says to nobody. A new endpoint belongs into this list.
const own: Record<string, number> = {
  'GET /health': 200,
  'GET /health/liveness': 200,
  'GET /health/readiness': 200,
  [`GET ${JWKS_PATH}`]: 200,
  'GET /metrics': 401,
  'GET /sign-in': 401,
  'POST /sign-out': 204,
  'GET /me': 401,
  'POST /sign-up': 400,
  'POST /sign-in': 400,
  'POST /account': 401,
  'POST /password': 401,
  'POST /account/delete': 401,
  'GET /sessions': 401,
  'DELETE /sessions/:id': 401,
  'POST /keys': 401,
  'GET /keys': 401,
  'DELETE /keys/:id': 401,
  'POST /projects': 401,
  'GET /projects': 401,
  'PATCH /projects/:id': 401,
  'DELETE /projects/:id': 401,
  'GET /projects/:id/members': 401,
  'PUT /projects/:id/members/:user_id': 401,
  'DELETE /projects/:id/members/:user_id': 401,
  'POST /projects/:id/invitations': 401,
  'GET /projects/:id/invitations': 401,
  'DELETE /projects/:id/invitations/:invitation_id': 401,
  'POST /invitations/accept': 401,
  'GET /users': 401,
  'PATCH /users/:id': 401,
  'DELETE /users/:id': 401,
  'GET /audit': 401,
  'POST /mcp': 401,
  'GET /mcp': 401,
  'DELETE /mcp': 401,
};

describe("the gateway's own endpoints", () => {
  test('are all tested here', async () => {
    expect((await registeredEndpoints(given.db)).sort()).toEqual(Object.keys(own).sort());
  });

  test.each(Object.entries(own))('%s answers %d to nobody', async (name, status) => {
    const [method = '', path = ''] = name.split(' ');
    expect((await call(method, path).set('accept', 'application/json')).status).toBe(status);
  });

  test('health says how it is', async () => {
    expect((await call('GET', '/health')).body).toEqual({ status: 'ok' });
    expect((await call('GET', '/health/liveness')).body).toEqual({ status: 'alive' });
    expect((await call('GET', '/health/readiness')).body).toMatchObject({
      checks: { database: { status: 'healthy' }, disk_space: { free_percent: expect.any(Number) } },
    });
  });

  test('metrics are for operators, and name routes instead of paths', async () => {
    await call('GET', '/tasks/a-very-special-id', BY_KEY);
    await call('GET', '/a-very-special-path', BY_KEY);
    const { status, headers, text } = await call('GET', '/metrics', BY_KEY);
    expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
    const measured = text.matchAll(/^api_request_duration_seconds_count\{.*endpoint="(.*?)"\}/gm);
    const endpoints = [...measured].map((match) => match[1]);
    expect(endpoints).toEqual(expect.arrayContaining(['GET /tasks/:id', 'GET /me', 'GET unmatched']));
    expect(endpoints.filter((endpoint) => endpoint?.includes('special'))).toEqual([]);
    expect((await call('GET', '/metrics', await given.signIn())).status).toBe(200);
  });
});

describe('what is not in the table', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/nothing'],
    ['GET', '/tasks/'],
    ['GET', '/Tasks'],
    ['PUT', '/tasks/some-id'],
    ['DELETE', '/tasks'],
    ['PUT', '/tasks/some-id/run'],
    ['OPTIONS', '/tasks'],
    ['GET', '/internal/tasks/some-id/owner'],
    ['GET', '/v1'],
    ['GET', '/v1/v1/tasks'],
    ['GET', '/v2/tasks'],
    ['GET', '/tasks/some-id/files'.concat('x')],
    ['POST', '/me'],
  ])('%s %s is 404 for everybody, with the request id', async (method, path) => {
    for (const headers of [{}, BY_KEY]) {
      const answer = await call(method, path, headers);
      expect([answer.status, answer.body.code]).toEqual([404, 'ROUTE_NOT_FOUND']);
      expect(answer.body.request_id).toBe(answer.headers['x-request-id']);
    }
  });
});

describe('the identity', () => {
  test('is believed for a minute at most, by the keys that the gateway shows', async () => {
    const { body } = await call('GET', '/tasks', BY_KEY);
    const token = body.headers[IDENTITY_HEADER];
    const { exp = 0, iat = 0 } = decodeJwt(token);
    expect(exp - iat).toBe(60);
    const keys = createRemoteJWKSet(new URL(JWKS_PATH, given.url));
    const at = (seconds: number) =>
      jwtVerify(token, keys, { audience: 'task-service', issuer: 'gateway', currentDate: new Date(seconds * 1000) });
    await expect(at(exp - 1)).resolves.toBeDefined();
    await expect(at(exp + 1)).rejects.toThrow('"exp" claim timestamp check failed');
  });

  test('shows no private key to the world', async () => {
    const { body } = await call('GET', JWKS_PATH);
    expect(body.keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: expect.any(String), x: expect.any(String) },
    ]);
  });
});

const services: ServiceName[] = ['task-service', 'agent-service', 'notification-service'];

const verifierOf = (service: ServiceName) => newIdentityVerifier(service, { gateway: new URL(JWKS_PATH, given.url) });
