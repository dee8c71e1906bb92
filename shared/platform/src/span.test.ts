import { expect, test } from '@jest/globals';
import { currentContext, withContext } from './request-context.ts';
import { startSpan, withSpan } from './span.ts';

test('where nobody records, the work is done in the trace that it came in', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(startSpan({ name: 'a', traceparent })).toBeUndefined();
  const seen = await withContext({ traceparent }, () =>
    withSpan({ name: 'a' }, async (span) => [span, currentContext().traceparent]),
  );
  expect(seen).toEqual([undefined, traceparent]);
});

test('what the work throws is what its caller gets', async () => {
  const error = new Error('no');
  await expect(withSpan({ name: 'a' }, () => Promise.reject(error))).rejects.toBe(error);
});
