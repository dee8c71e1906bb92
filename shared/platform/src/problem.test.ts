import { errorCodes } from '@builder-ai/contracts/error-codes';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { type Logger, silentLogger } from './logger.ts';
import { AppError, isDatabaseAway, isInfrastructureFault, problemHandler } from './problem.ts';
import { withContext } from './request-context.ts';

type Logged = { message: string; fields: Record<string, unknown> };

/** Throws at `/things/:id` and asks. */
async function answered(thrown: unknown, afterHeaders = false) {
  const errors: Logged[] = [];
  const logger: Logger = { ...silentLogger, error: (message, fields = {}) => void errors.push({ message, fields }) };
  const app = express();
  app.use((_request, _response, next) => withContext({ request_id: 'request-1' }, next));
  app.get('/things/:id', (_request, response) => {
    if (afterHeaders) response.write('the first part');
    throw thrown;
  });
  app.use(problemHandler(logger));
  const { status, headers, body: problem } = await request(app).get('/things/1?secret=canary');
  return { status, headers, problem, errors };
}

describe('the answer to an error', () => {
  test('is a problem (RFC 9457) with our code, the request id and what the thrower added', async () => {
    const errors = [{ field: 'name', message: 'is required' }];
    const error = new AppError('INPUT_INVALID', { errors, detail: 'Look at the name.', headers: { 'x-more': 'yes' } });
    const { status, headers, problem, errors: logged } = await answered(error);
    expect([status, headers['content-type']]).toEqual([400, 'application/problem+json']);
    expect(headers['x-more']).toBe('yes');
    expect(problem).toEqual({
      type: 'urn:builder-ai:error:INPUT_INVALID',
      title: 'Bad request',
      status: 400,
      detail: 'Look at the name.',
      code: 'INPUT_INVALID',
      request_id: 'request-1',
      errors,
    });
    expect(logged).toEqual([]);
  });

  test.each(Object.entries(errorCodes))('%s has its status and text', async (code, entry) => {
    const { status, problem } = await answered(new AppError(code as keyof typeof errorCodes));
    expect({ status, problem }).toEqual({
      status: entry.status,
      problem: { ...entry, type: `urn:builder-ai:error:${code}`, code, request_id: 'request-1' },
    });
  });

  test.each([
    ['an error', new Error('select * from canary failed')],
    ['a text', 'canary'],
    ['an object that looks like one of ours', { code: 'TASK_NOT_FOUND', status: 404, message: 'canary' }],
  ])('%s that nobody expected is INTERNAL: it is logged, and nothing of it leaks', async (_what, thrown) => {
    const { status, problem, errors } = await answered(thrown);
    expect(status).toBe(500);
    expect(problem).toEqual({
      type: 'urn:builder-ai:error:INTERNAL',
      title: 'Internal error',
      status: 500,
      detail: 'Internal error',
      code: 'INTERNAL',
      request_id: 'request-1',
    });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.fields).toMatchObject({ operation: 'GET /things/:id' });
    expect(errors[0]?.fields.error).toBe(thrown);
  });

  test.each([
    ['the database', Object.assign(new Error('canary'), { code: '57P01' })],
    ['another service', new TypeError('fetch failed', { cause: new Error('canary') })],
  ])('while %s is away it is 503, and says when to come again', async (_what, error) => {
    const { status, headers, problem, errors } = await answered(error);
    expect([status, problem.code, headers['retry-after']]).toEqual([503, 'SERVICE_UNAVAILABLE', '1']);
    expect(JSON.stringify(problem)).not.toContain('canary');
    expect(errors).toHaveLength(1);
  });

  test('breaks off when it had begun already, rather than look whole', async () => {
    await expect(answered(new Error('too late'), true)).rejects.toThrow(/aborted|hang up/);
  });

  test.each([
    ['entity.too.large', 'BODY_TOO_LARGE'],
    ['entity.parse.failed', 'JSON_INVALID'],
    ['request.aborted', 'JSON_INVALID'],
    ['charset.unsupported', 'MEDIA_TYPE'],
    ['encoding.unsupported', 'MEDIA_TYPE'],
  ])('what the body parser calls %s is %s', async (type, code) => {
    expect((await answered(Object.assign(new Error('canary'), { type, status: 400 }))).problem.code).toBe(code);
  });

  test.each(['status', 'statusCode'])('what Express calls a bad request by its %s is INPUT_INVALID', async (name) => {
    const { problem } = await answered(Object.assign(new Error('canary'), { [name]: 400 }));
    expect([problem.code, problem.detail]).toEqual(['INPUT_INVALID', 'The request is malformed.']);
  });
});

describe('whether the database is away, and a retry may help', () => {
  const error = (code?: string, message = 'x') => Object.assign(new Error(message), code === undefined ? {} : { code });

  test.each([
    '08006',
    '53300',
    '57014',
    '57P01',
    '57P03',
    '58030',
    '40001',
    '40P01',
    '55P03',
    '25P03',
    '25P04',
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'EAI_AGAIN',
    'P1001',
    'P2024',
  ])('%s: yes', (code) => {
    expect(isDatabaseAway(error(code))).toBe(true);
  });

  test.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('%s: yes', (message) => {
    expect(isDatabaseAway(error(undefined, message))).toBe(true);
  });

  test.each(['23505', '22P05', '42601', '25P02', 'ENOENT', 'P2002', ''])('%j: no', (code) => {
    expect(isDatabaseAway(error(code))).toBe(false);
  });

  test.each([undefined, null, 'text', 7, {}, { code: 7, message: 7 }])('%j: no', (thrown) => {
    expect(isDatabaseAway(thrown)).toBe(false);
  });
});

describe('whether what the work stands on has failed', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code });

  test.each([
    ['a fault of the database', coded('57P01')],
    ['a statement that took too long', coded('57014')],
    ['a transaction that was idle for too long', coded('25P03')],
    ['a deadlock', coded('40P01')],
    ['a conflict of serializable transactions', coded('40001')],
    ['a lock that was not to be had', coded('55P03')],
    ['another service that is away', new AppError('SERVICE_UNAVAILABLE')],
    ['a model that is away', new AppError('AI_UNAVAILABLE')],
    ['a service that took too long', new AppError('GATEWAY_TIMEOUT')],
    ['a refused connection', coded('ECONNREFUSED')],
    ['an unknown host', coded('ENOTFOUND')],
    ['a full disk', coded('ENOSPC')],
    ['a broken answer', coded('UND_ERR_SOCKET')],
    ['a time-out', new DOMException('too late', 'TimeoutError')],
    ['a failed fetch', new TypeError('fetch failed', { cause: new Error('bad certificate') })],
    ['any of them as a cause of a cause', new Error('a', { cause: new Error('b', { cause: coded('ECONNRESET') }) })],
  ])('%s: yes', (_what, error) => {
    expect(isInfrastructureFault(error)).toBe(true);
  });

  test('a real fetch of nobody, and one that takes too long: yes', async () => {
    const failed = (signal?: AbortSignal) =>
      fetch('http://127.0.0.1:9', signal ? { signal } : {}).catch((error: unknown) => error);
    expect(isInfrastructureFault(await failed())).toBe(true);
    expect(isInfrastructureFault(await failed(AbortSignal.timeout(0)))).toBe(true);
  });

  test.each([
    ['a bug', new TypeError('x is not a function')],
    ['a broken rule of the database', coded('23505')],
    ['a refusal of ours', new AppError('TASK_ENDED')],
    ['a refusal of ours, whatever its cause', new AppError('TASK_ENDED', { cause: coded('57P01') })],
    ['a fault that we do not know', new AppError('INTERNAL')],
    ['a file that is not there', coded('ENOENT')],
    ['a wrong argument', coded('UND_ERR_INVALID_ARG')],
    ['text', 'fetch failed'],
    ['nothing', undefined],
  ])('%s: no', (_what, error) => {
    expect(isInfrastructureFault(error)).toBe(false);
  });

  test('causes that go round in a circle do not hang it', () => {
    const circle = new Error('round');
    circle.cause = circle;
    expect(isInfrastructureFault(circle)).toBe(false);
  });
});
