import { toNextPage } from '@builder-ai/client/next-page';
import { expect, test } from '@jest/globals';
import { toProblem, toRetryAfterSeconds } from './api-problem.ts';

test('a problem document is shown with its request id and faults', async () => {
  const body = {
    title: 'Bad request',
    status: 400,
    detail: 'Goal cannot be empty',
    code: 'GOAL_EMPTY',
    request_id: 'r1',
    errors: [{ field: 'goal', message: 'is empty' }],
  };
  expect(await toProblem(new Response(JSON.stringify(body), { status: 400 }))).toMatchObject(body);
});

test('an answer that is no problem document still says what is known', async () => {
  const response = new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'x-request-id': 'r2' } });
  expect(await toProblem(response)).toMatchObject({ status: 502, request_id: 'r2', title: 'Unexpected answer' });
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(toRetryAfterSeconds('12', now)).toBe(12);
  expect(toRetryAfterSeconds('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30);
  expect(toRetryAfterSeconds('Wed, 31 Dec 2025 23:59:00 GMT', now)).toBe(0);
  expect(toRetryAfterSeconds('soon', now)).toBeUndefined();
  expect(toRetryAfterSeconds(null, now)).toBeUndefined();
});

test('the next page is taken from the Link header, as a path of this origin only', () => {
  expect(toNextPage('</tasks?limit=50&cursor=abc>; rel="next"')).toBe('/tasks?limit=50&cursor=abc');
  expect(toNextPage('<https://elsewhere.example/tasks?cursor=x>; rel="next"')).toBe('/tasks?cursor=x');
  expect(toNextPage('</tasks?cursor=1>; rel="prev", </tasks?cursor=3>; rel="next"')).toBe('/tasks?cursor=3');
  expect(toNextPage('</tasks>; rel="prev"')).toBeNull();
  expect(toNextPage(null)).toBeNull();
});
