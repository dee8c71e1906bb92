// What an endpoint takes as body and query, and how it refuses the rest.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import Joi from 'joi';
import request from 'supertest';
import { byAssertion, checkInput, type EndpointDeps, endpoint, MAX_BODY_BYTES, mountEndpoints } from './endpoint.ts';
import { silentLogger } from './logger.ts';
import { AppError, problemHandler } from './problem.ts';

type Thing = { name: string; size?: number; inner?: unknown };

const thingSchema = Joi.object<Thing>({
  name: Joi.string().max(20).required().error(nameFault),
  size: Joi.number(),
  inner: Joi.any(),
});

function nameFault(errors: Joi.ErrorReport[]): Error | Joi.ErrorReport[] {
  return errors.some(({ code }) => code === 'string.max') ? new AppError('GOAL_TOO_LONG') : errors;
}

const create = endpoint<EndpointDeps, Thing, { limit?: number }>({
  method: 'post',
  path: '/things',
  access: 'public',
  body: thingSchema,
  query: Joi.object({ limit: Joi.number().integer().max(100) }),
  handle: ({ body, query }) => ({ status: 201, body: { body, query }, headers: { location: '/things/1' } }),
});

const start = endpoint<EndpointDeps>({
  method: 'post',
  path: '/things/:id/start',
  access: 'public',
  handle: ({ body, params }) => ({
    status: 200,
    body: { given: body === undefined ? 'nothing' : body, id: params.id },
  }),
});

const app = express();
const deps: EndpointDeps = { identity: { verify: () => Promise.reject(new AppError('IDENTITY_INVALID')) } };
mountEndpoints(app, [create, start], deps, byAssertion(deps));
app.use(problemHandler(silentLogger));

const post = (body: string, type = 'application/json', path = '/things') =>
  request(app).post(path).set('content-type', type).send(body);

const postPacked = (body: Buffer, encoding = 'gzip') =>
  request(app)
    .post('/things')
    .set({ 'content-type': 'application/json', 'content-encoding': encoding })
    .serialize((bytes) => bytes)
    .send(body);

const fault = (field: string, message: unknown = expect.any(String)) =>
  expect.objectContaining({ code: 'INPUT_INVALID', errors: expect.arrayContaining([{ field, message }]) });

describe('a body', () => {
  test('with too many fields is refused as a whole, and of many faults not all are told', async () => {
    const body = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 1])));
    const refused = await post(body(201));
    expect(refused.body).toEqual(fault('body', 'may have 200 fields at most'));
    expect(refused.body.errors).toHaveLength(1);
    expect((await post(body(200))).body.errors).toHaveLength(100);
    expect((await post(body(20_000), 'application/json', '/things/1/start')).body.errors).toHaveLength(100);
  });

  test('that fits is handed on as it is, with the query, converted', async () => {
    const { status, body, headers } = await post('{"name":"a thing","size":1}', undefined, '/things?limit=5');
    expect([status, body]).toEqual([201, { body: { name: 'a thing', size: 1 }, query: { limit: 5 } }]);
    expect(headers.location).toBe('/things/1');
  });

  test('may be packed', async () => {
    expect((await postPacked(gzipSync('{"name":"a"}'))).status).toBe(201);
  });

  test.each(['application/json; charset=utf-8', 'application/merge-patch+json'])('may be %s', async (type) => {
    expect((await post('{"name":"a"}', type)).status).toBe(201);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    '',
    'application/json; charset=latin1',
  ])('415: %j, whatever it holds', async (type) => {
    const { status, body } = await post('{"name":', type);
    expect([status, body.code]).toEqual([415, 'MEDIA_TYPE']);
  });

  test('415: it is packed in a way that we do not know', async () => {
    const { status, body } = await postPacked(Buffer.from('{}'), 'zip');
    expect([status, body.code]).toEqual([415, 'MEDIA_TYPE']);
  });

  test('413: more than 256 KiB, also when it is packed into less', async () => {
    const text = (length: number) => JSON.stringify({ name: 'a', inner: 'x'.repeat(length) });
    expect((await post(text(MAX_BODY_BYTES - 100))).status).toBe(201);
    for (const { status, body } of [
      await post(text(MAX_BODY_BYTES)),
      await postPacked(gzipSync(text(MAX_BODY_BYTES * 20))),
    ])
      expect([status, body.code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  test.each(['{"name":', '{name:1}', '"text"', '7', 'null', 'true', '{"a":1}x'])(
    '400 JSON_INVALID: %s',
    async (text) => {
      const { status, body } = await post(text);
      expect([status, body.code]).toEqual([400, 'JSON_INVALID']);
    },
  );

  test('400: a packed body that is broken', async () => {
    const { status, body } = await postPacked(Buffer.from('no gzip'));
    expect([status, body.code, body.detail]).toEqual([400, 'INPUT_INVALID', 'The request is malformed.']);
  });

  test('400: a list is no object', async () => {
    const { status, body } = await post('[{"name":"a"}]');
    expect([status, body]).toEqual([400, fault('body', 'must be a JSON object')]);
  });

  test('400: every fault is named, unknown fields too, and nothing is converted', async () => {
    const { status, body } = await post('{"size":"1","colour":"red"}');
    expect([status, body.code, body.errors]).toEqual([
      400,
      'INPUT_INVALID',
      [
        { field: 'name', message: 'name is required' },
        { field: 'size', message: 'size must be a number' },
        { field: 'colour', message: 'colour is not allowed' },
      ],
    ]);
  });

  test('400: no body where one is needed', async () => {
    const { status, body } = await request(app).post('/things');
    expect([status, body]).toEqual([400, fault('name', 'name is required')]);
  });

  test('a schema may name an error of its own', async () => {
    const { status, body } = await post(JSON.stringify({ name: 'x'.repeat(21) }));
    expect([status, body.code]).toEqual([400, 'GOAL_TOO_LONG']);
  });

  test.each([
    ['NUL', '{"name":"a\\u0000b"}', 'name'],
    ['half a surrogate pair', '{"name":"a\\ud800b"}', 'name'],
    ['NUL deep inside', '{"name":"a","inner":{"list":[{"text":"\\u0000"}]}}', 'inner.list.0.text'],
    ['NUL in the name of a field', '{"name":"a","inner":{"a\\u0000":1}}', 'inner'],
    ['a field named __proto__', '{"name":"a","inner":{"__proto__":{"admin":true}}}', '__proto__'],
  ])('400: %s', async (_what, text, field) => {
    const { status, body } = await post(text);
    expect([status, body]).toEqual([400, fault(field)]);
  });

  test('400: nested too deep', async () => {
    const nested = (depth: number) => `{"name":"a","inner":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect((await post(nested(99))).status).toBe(201);
    for (const depth of [101, 100_000]) {
      const { status, body } = await post(nested(depth));
      expect([status, body.code]).toEqual([400, 'INPUT_INVALID']);
    }
  });

  test('where none is expected: an empty one is fine, fields are faults', async () => {
    const path = '/things/7/start';
    expect((await request(app).post(path)).body).toEqual({ given: 'nothing', id: '7' });
    expect((await post('{}', undefined, path)).body).toEqual({ given: 'nothing', id: '7' });
    const { status, body } = await post('{"force":true}', undefined, path);
    expect([status, body]).toEqual([400, fault('force', 'is not allowed')]);
    expect((await post('x', 'text/plain', path)).status).toBe(415);
  });
});

describe('a query', () => {
  test.each([
    ['limit=101', 'limit'],
    ['limit=many', 'limit'],
    ['colour=red', 'colour'],
    ['limit=1&limit=2', 'limit'],
    ['limit=%00', 'limit'],
  ])('400: %s', async (query, field) => {
    const { status, body } = await post('{"name":"a"}', undefined, `/things?${query}`);
    expect([status, body]).toEqual([400, fault(field)]);
  });

  test.each(['%00', 'a%00b'])('400: a path with %s in it', async (id) => {
    const { status, body } = await request(app).post(`/things/${id}/start`);
    expect([status, body]).toEqual([400, fault('id', 'must be well-formed text without NUL characters')]);
  });

  test.each(['%ed%a0%80', '%ff'])('400: a path with %s in it, which is no text', async (id) => {
    expect((await request(app).post(`/things/${id}/start`)).status).toBe(400);
  });

  test('400: a path that cannot be read', async () => {
    const { status, body } = await request(app).post('/things/%zz/start');
    expect([status, body.code, body.detail]).toEqual([400, 'INPUT_INVALID', 'The request is malformed.']);
  });

  test('an input that is no object has a fault without a field', () => {
    for (const input of [null, 'text', [1]]) expect(() => checkInput(thingSchema, input, 'query')).toThrow(AppError);
    const whole = Joi.object<Thing>({ name: Joi.string() }).min(1);
    expect(() => checkInput(whole, {}, 'body')).toThrow(
      expect.objectContaining({ errors: [{ field: 'body', message: expect.any(String) }] }),
    );
  });
});
