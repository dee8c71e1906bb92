import { describe, expect, test } from '@jest/globals';
import { redact } from './redact.ts';

const CANARY = 'canary0123456789';
const JWT = ['eyJhbGciOiJFZERTQSJ9', 'eyJzdWIiOiJjYW5hcnkifQ', 'c2lnbmF0dXJl'].join('.');

const shown = (value: unknown) => JSON.stringify(redact(value));

describe('secrets known by the name of their field', () => {
  test.each([
    'authorization',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'set-cookie',
    'password',
    'userPassword',
    'passwd',
    'secret',
    'client_secret',
    'token',
    'access_token',
    'refreshToken',
    'api_key',
    'apiKey',
    'x-api-key',
    'ANTHROPIC_API_KEY',
    'privateKey',
    'private_key',
    'x-builder-identity',
    'DATABASE_URL',
    'databaseUrl',
    'REDIS_URL',
  ])('%s is not shown, whatever it holds, at any depth', (name) => {
    for (const secret of [CANARY, { value: CANARY }, [CANARY], Number.MAX_SAFE_INTEGER]) {
      expect(redact({ [name]: secret })).toEqual({ [name]: '[redacted]' });
      expect(redact({ a: [{ b: { [name]: secret } }], c: 1 })).toEqual({ a: [{ b: { [name]: '[redacted]' } }], c: 1 });
    }
  });

  test.each(['input_tokens', 'output_tokens', 'total_tokens', 'max_tokens', 'tokens'])(
    '%s is a number to show',
    (name) => {
      expect(redact({ [name]: 12 })).toEqual({ [name]: 12 });
    },
  );
});

describe('secrets known by their shape', () => {
  test.each([
    [`Authorization: Bearer ${CANARY}`, 'Authorization: [redacted]'],
    [`bearer   ${CANARY}==, and more`, '[redacted], and more'],
    [`an ${'sk'}-ant-api03-${CANARY}-x of a provider`, 'an [redacted] of a provider'],
    [`(${JWT})`, '([redacted])'],
    [`postgres://user:${CANARY}@host:5432/db`, 'postgres://user:[redacted]@host:5432/db'],
    [`postgres://user:${CANARY}@${CANARY}@host/db`, 'postgres://user:[redacted]@host/db'],
    [`postgres://user:${CANARY}/${CANARY}@host/db`, 'postgres://user:[redacted]@host/db'],
    [`redis://:${CANARY}@host`, 'redis://:[redacted]@host'],
    [
      `{"a":"redis://u:${CANARY}@one","b":"redis://u:${CANARY}@two"}`,
      '{"a":"redis://u:[redacted]@one","b":"redis://u:[redacted]@two"}',
    ],
    [`GET /sign-in?token=${CANARY}&next=/tasks`, 'GET /sign-in?token=[redacted]&next=/tasks'],
    [`https://host/x?a=1&api_key=${CANARY}`, 'https://host/x?a=1&api_key=[redacted]'],
    [`https://host/#access_token=${CANARY}`, 'https://host/#access_token=[redacted]'],
  ])('%s', (text, clean) => {
    expect(redact(text)).toBe(clean);
    expect(redact({ list: [{ text }] })).toEqual({ list: [{ text: clean }] });
  });

  test('in the message and stack of an error', () => {
    const error = new TypeError(`no connection to postgres://user:${CANARY}@host`);
    expect(redact({ reason: error })).toEqual({
      reason: {
        name: 'TypeError',
        message: 'no connection to postgres://user:[redacted]@host',
        stack: expect.any(String),
      },
    });
    expect(shown(error)).toContain('redact.test.ts');
    expect(shown(error)).not.toContain(CANARY);
  });
});

describe('everything else', () => {
  test('stays as it is', () => {
    const at = new Date();
    for (const value of ['a text with http://host:80/path?q=key', 7, true, null, undefined, at])
      expect(redact(value)).toBe(value);
    expect(redact({ a: [1, 'b', { c: null }], at })).toEqual({ a: [1, 'b', { c: null }], at });
  });

  test('is copied, not changed', () => {
    const given = { password: CANARY };
    redact(given);
    expect(given).toEqual({ password: CANARY });
  });

  test('a bigint becomes text, which JSON can hold', () => {
    expect(shown({ n: 2n ** 70n })).toBe('{"n":"1180591620717411303424"}');
  });

  test('what is too deep, or holds itself, is cut off', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle.self = circle;
    expect(shown(circle)).toContain('[deep]');
  });

  test('a long text takes no time to speak of, whatever it is made of', () => {
    for (const part of ['a', 'eyJ-', 'a://b:', 'Bearer ', '?key', 'sk-']) {
      const text = part.repeat(1_000_000 / part.length);
      expect(String(redact(text)).length).toBeGreaterThan(0);
    }
  });
});
