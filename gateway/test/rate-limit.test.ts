import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';

const opened: GivenGateway[] = [];

/** With the limit that the product has when nobody sets another. */
async function givenLimitedGateway(limit?: string): Promise<GivenGateway> {
  const given = await givenGateway({ RATE_LIMIT_TASKS: limit });
  opened.push(given);
  return given;
}

afterEach(async () => {
  for (const given of opened.splice(0)) await given.close();
});

afterAll(() => expect(opened).toEqual([]));

const post = (given: GivenGateway, headers: Record<string, string>) =>
  request(given.url).post('/tasks').set(headers).send({});

async function statuses(count: number, send: () => request.Test): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < count; index += 1) all.push((await send()).status);
  return all;
}

describe('POST /tasks', () => {
  test('is answered ten times a minute; the eleventh is told when to come again', async () => {
    const given = await givenLimitedGateway();
    expect(await statuses(10, () => post(given, BY_KEY))).toEqual(Array(10).fill(200));
    const answer = await post(given, BY_KEY);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      429,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(answer.body).toMatchObject({ code: 'RATE_LIMITED', request_id: answer.headers['x-request-id'] });
    const seconds = Number(answer.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(answer.headers['ratelimit-policy']).toMatch(/^"tasks"; q=10; w=60/);
    expect(answer.headers.ratelimit).toMatch(/^"tasks"; r=0; t=\d+/);
    expect(given.tasks.received).toHaveLength(10);
  });

  test('tells with each answer how many are left', async () => {
    const given = await givenLimitedGateway();
    expect((await post(given, BY_KEY)).headers.ratelimit).toMatch(/^"tasks"; r=9; /);
    expect((await post(given, BY_KEY)).headers.ratelimit).toMatch(/^"tasks"; r=8; /);
  });

  test('counts a key and an address apart', async () => {
    const given = await givenLimitedGateway('3');
    const session = await given.signIn();
    expect(await statuses(4, () => post(given, BY_KEY))).toEqual([200, 200, 200, 429]);
    expect(await statuses(4, () => post(given, session))).toEqual([200, 200, 200, 429]);
  });

  test('counts an address once, whatever it signs in as or says it is', async () => {
    const given = await givenLimitedGateway('2');
    const sessions = [await given.signIn(), await given.signIn(), await given.signIn()];
    const answers: number[] = [];
    for (const [index, session] of sessions.entries())
      answers.push((await post(given, { ...session, 'x-forwarded-for': `10.0.0.${index}` })).status);
    expect(answers).toEqual([200, 200, 429]);
  });

  test('counts /v1 and a path with a query as the same, and ten at once as ten', async () => {
    const given = await givenLimitedGateway('10');
    const answers = await Promise.all(
      Array.from({ length: 15 }, (_, index) =>
        request(given.url)
          .post(['/tasks', '/v1/tasks', '/tasks?x=1'][index % 3] as string)
          .set(BY_KEY)
          .send({}),
      ),
    );
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(5);
  });

  test('does not count who is refused, and limits nothing else', async () => {
    const given = await givenLimitedGateway('1');
    const session = await given.signIn();
    expect(await statuses(3, () => post(given, {}))).toEqual([401, 401, 401]);
    expect(await statuses(2, () => post(given, { ...session, origin: 'http://evil.example' }))).toEqual([403, 403]);
    expect(await statuses(2, () => post(given, session))).toEqual([200, 429]);
    expect(await statuses(20, () => request(given.url).get('/tasks').set(session))).toEqual(Array(20).fill(200));
    expect((await request(given.url).post('/tasks/id/run').set(session)).status).toBe(200);
  });
});
