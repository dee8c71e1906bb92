import { expect, test } from '@jest/globals';
import { newScrubber } from './scrub.ts';

test('the secrets of this process are found wherever they are, in whatever they look like', () => {
  const scrub = newScrubber({
    BUILDER_API_KEY: 'plain words 123',
    KAFKA_SASL_PASSWORD: 'with "quotes" in it',
    DATABASE_URL: 'postgres://user:p%40ssword-1@host/db',
    ENVIRONMENT: 'production',
    SHORT_KEY: 'abc',
  });
  const event = {
    exception: {
      values: [{ value: 'refused plain words 123', stacktrace: { frames: [{ vars: { a: 'p@ssword-1' } }] } }],
    },
    extra: { text: 'production, abc, with "quotes" in it' },
    contexts: { deep: { a: { b: { c: { d: { e: { f: 'kept' } } } } } } },
  };
  expect(scrub(event)).toEqual({
    exception: { values: [{ value: 'refused [redacted]', stacktrace: { frames: [{ vars: { a: '[redacted]' } }] } }] },
    extra: { text: 'production, abc, [redacted]' },
    contexts: event.contexts,
  });
});
