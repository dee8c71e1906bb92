import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger, type Logger, silentLogger } from './logger.ts';
import { withContext } from './request-context.ts';

const CANARY = 'canary0123456789';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs '));
  file = join(directory, 'made', 'a-service.log');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** What `write` logs, a line each. */
async function logged(write: (logger: Logger) => void, level?: string): Promise<Record<string, unknown>[]> {
  const logger = createLogger({ service: 'a-service', file, ...(level && { level }) });
  write(logger);
  await logger.close();
  const text = readFileSync(file, 'utf8');
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('a line', () => {
  test('is JSON with time, level, service, module, message and the fields given', async () => {
    const lines = await logged((logger) => {
      logger.info('Started', { port: 8000, nested: { a: [1] } });
      logger.child('bus').warn('Several\nlines "quoted"');
    });
    expect(lines).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: 'info',
        logger: 'a-service.a-service',
        service: 'a-service',
        module: 'a-service',
        message: 'Started',
        port: 8000,
        nested: { a: [1] },
      },
      expect.objectContaining({
        level: 'warn',
        logger: 'a-service.bus',
        module: 'bus',
        message: 'Several\nlines "quoted"',
      }),
    ]);
  });

  test('names the request, its trace and its task, while there are any', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const [inside, outside] = await logged((logger) => {
      withContext({ request_id: 'request-1', traceparent, task_id: 'task-1' }, () => logger.info('inside'));
      logger.info('outside');
    });
    expect(inside).toMatchObject({
      request_id: 'request-1',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      task_id: 'task-1',
    });
    for (const name of ['request_id', 'trace_id', 'task_id']) expect(outside).not.toHaveProperty(name);
  });

  test('is written from its level on', async () => {
    const write = (logger: Logger) => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](level);
    };
    expect((await logged(write, 'warn')).map(({ level }) => level)).toEqual(['warn', 'error']);
    rmSync(file);
    expect((await logged(write, 'debug')).map(({ level }) => level)).toEqual(['debug', 'info', 'warn', 'error']);
    rmSync(file);
    expect((await logged(write)).map(({ level }) => level)).toEqual(['info', 'warn', 'error']);
  });

  test('of an error has its message, code, whole stack and cause, and the line that logged it', async () => {
    const [line] = await logged((logger) => {
      const error = Object.assign(new RangeError('too far', { cause: new Error('the reason') }), { code: 'E_FAR' });
      logger.error('It failed', { error, attempt: 3 });
    });
    expect(line).toMatchObject({
      level: 'error',
      message: 'It failed',
      attempt: 3,
      error: 'too far',
      error_name: 'RangeError',
      error_code: 'E_FAR',
      stack: expect.stringMatching(/^RangeError: too far\n {4}at .*logger\.test\.ts/),
      cause: expect.objectContaining({ message: 'the reason' }),
      function: expect.any(String),
      line: expect.stringMatching(/^logger\.test\.ts:\d+$/),
    });
  });

  test('shows whatever else was thrown', async () => {
    const lines = await logged((logger) => {
      logger.error('text', { error: 'just a text' });
      logger.error('object', { error: { reason: 'odd' } });
      logger.error('nothing', { error: null });
      logger.child('module').error('no error at all');
    });
    expect(lines.map(({ error }) => error)).toEqual(['just a text', { reason: 'odd' }, null, undefined]);
  });
});

test('a secret is in no line, wherever it stands', async () => {
  const url = `postgres://user:${CANARY}@host/db`;
  const lines = await logged((logger) => {
    logger.info(`Connecting to ${url} with Bearer ${CANARY}`);
    logger.warn('fields', { headers: { authorization: CANARY, list: [{ api_key: CANARY }] }, url });
    logger.error('error', { error: new Error(`at ${url}`, { cause: new Error(`Bearer ${CANARY}`) }) });
    logger.error('thrown', { error: { token: CANARY, text: `?token=${CANARY}` } });
  });
  expect(lines).toHaveLength(4);
  expect(JSON.stringify(lines)).not.toContain(CANARY);
  expect(lines[0]?.message).toBe('Connecting to postgres://user:[redacted]@host/db with [redacted]');
});

test('what JSON cannot hold does not keep a line from being written', async () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const [line] = await logged((logger) => logger.info('odd', { big: 1n, circle, nothing: undefined }));
  expect(line).toMatchObject({ message: 'odd', big: '1' });
});

test('the silent logger takes everything and says nothing', async () => {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) silentLogger.child('module')[level]('unheard');
  await silentLogger.close();
});
