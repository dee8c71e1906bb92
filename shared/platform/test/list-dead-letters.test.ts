// What operators see of a service's dead letters.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { noted } from './given-events.ts';
import { givenRefusals, numbered } from './given-operator.ts';

let given: Awaited<ReturnType<typeof givenRefusals>>;

beforeAll(async () => {
  given = await givenRefusals();
});

afterAll(() => given.close());

describe('GET /admin/dead-letters/task-service', () => {
  test('200: newest first, without messages; what waits is counted; page by page, by state and consumer', async () => {
    const id = await given.givenDead('list', 3, 4);
    await given.deliver(...numbered('list-gap', 1, 3));
    const { status, body } = await given.operator.get();
    expect(status).toBe(200);
    expect(body.slice(0, 4)).toMatchObject([
      { key: 'list-gap', no: 3, state: 'held', reason: 'after a gap', held_behind: 0 },
      { key: 'list', no: 4, state: 'held', reason: 'behind a dead letter', attempts: 0 },
      { key: 'list', no: 3, state: 'held', reason: 'behind a dead letter', attempts: 0 },
      {
        id,
        consumer: 'task-service',
        topic: 'agent.events',
        key: 'list',
        event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        event_type: noted.type,
        no: 2,
        state: 'dead',
        reason: 'two is refused',
        attempts: 3,
        created_at: expect.stringMatching(/Z$/),
        settled_at: null,
        held_behind: 2,
      },
    ]);
    expect(body.filter((letter: object) => 'message' in letter)).toEqual([]);
    const first = await given.operator.get('?state=held&consumer=task-service&limit=2');
    const link = /^<(.*)>; rel="next"$/.exec(first.headers.link ?? '')?.[1] as string;
    const next = await given.operator.get(link.slice('/admin/dead-letters/task-service'.length));
    expect([...first.body, ...next.body].map(({ key, no }) => [key, no])).toEqual([
      ['list-gap', 3],
      ['list', 4],
      ['list', 3],
    ]);
    expect([next.headers.link, (await given.operator.get('?consumer=agent-service')).body]).toEqual([undefined, []]);
  });

  test.each(['?state=lost', '?limit=0', '?limit=101', '?cursor=x', '?colour=red'])('400: %s', async (query) => {
    expect((await given.operator.get(query)).body.code).toBe('INPUT_INVALID');
  });
});

describe('GET /admin/dead-letters/task-service/:id', () => {
  test('200: with the message as it came', async () => {
    const id = await given.givenDead('one');
    const { status, body } = await given.operator.get(`/${id}`);
    expect([status, JSON.parse(body.message).data]).toEqual([200, { n: 2 }]);
  });

  test.each(['999999', 'x', '-1', '1.5', '99999999999999999999'])('404: %s', async (id) => {
    for (const answer of [
      await given.operator.get(`/${id}`),
      await given.operator.replay(id),
      await given.operator.discard(id),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'DEAD_LETTER_NOT_FOUND']);
  });
});
