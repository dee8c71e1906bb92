import { expect, test } from '@jest/globals';
import { currentContext, newTraceparent, traceIdOf, withContext } from './request-context.ts';

test('a context adds to the one around it, and ends with its work', async () => {
  const seen = await withContext({ request_id: 'a', task_id: 'b' }, async () => {
    const inner = withContext({ task_id: 'c' }, () => currentContext());
    await new Promise(setImmediate);
    return [inner, currentContext()];
  });
  expect(seen).toEqual([
    { request_id: 'a', task_id: 'c' },
    { request_id: 'a', task_id: 'b' },
  ]);
  expect(currentContext()).toEqual({});
});

test('a new traceparent is one, and each is another', () => {
  const [one, two] = [newTraceparent(), newTraceparent()];
  expect(traceIdOf(one)).toMatch(/^[0-9a-f]{32}$/);
  expect(traceIdOf(one)).not.toBe(traceIdOf(two));
});

test.each([undefined, '', 'garbage', '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', '00-1-2-3'])(
  '%j is no traceparent',
  (header) => {
    expect(traceIdOf(header)).toBeUndefined();
  },
);
