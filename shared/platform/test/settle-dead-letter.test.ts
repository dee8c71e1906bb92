// What becomes of a key when an operator replays its dead letter or gives it up.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AppError } from '../src/problem.ts';
import { toMessage } from './given-events.ts';
import { givenRefusals, numbered } from './given-operator.ts';

let given: Awaited<ReturnType<typeof givenRefusals>>;

beforeAll(async () => {
  given = await givenRefusals();
});

afterAll(() => given.close());

describe('POST /admin/dead-letters/task-service/:id/replay', () => {
  test('200: the event is applied by the code of today, then those behind it, in order; the key goes on', async () => {
    const id = await given.givenDead('replay', 3, 4, 5);
    given.refused.clear();
    const { status, body } = await given.operator.replay(id);
    expect([status, body]).toMatchObject([200, { state: 'replayed', settled_at: expect.any(String), held_behind: 0 }]);
    expect(await given.effects('replay')).toEqual([1, 2, 3, 4, 5]);
    expect(await given.stateOf('replay')).toEqual({ last_no: 5, parked: false, held: 0 });
    await given.deliver(...numbered('replay', 6));
    expect(await given.effects('replay')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('409 DEAD_LETTER_STILL_FAILS: it stays dead, with the new reason and one more attempt; nothing else moves', async () => {
    const id = await given.givenDead('still', 3);
    given.refused.set(2, new Error('refused for another reason'));
    const { status, body } = await given.operator.replay(id);
    expect([status, body.code, body.detail]).toEqual([409, 'DEAD_LETTER_STILL_FAILS', 'refused for another reason']);
    expect((await given.operator.get(`/${id}`)).body).toMatchObject({
      state: 'dead',
      attempts: 4,
      reason: 'refused for another reason',
      held_behind: 1,
    });
    expect(await given.effects('still')).toEqual([1]);
    expect(await given.stateOf('still')).toEqual({ last_no: 1, parked: true, held: 1 });
  });

  test('503: while what it needs is away, nothing changes', async () => {
    const id = await given.givenDead('away', 3);
    given.refused.set(2, new AppError('SERVICE_UNAVAILABLE'));
    expect((await given.operator.replay(id)).status).toBe(503);
    expect((await given.operator.get(`/${id}`)).body).toMatchObject({ state: 'dead', attempts: 3 });
    given.refused.clear();
    expect((await given.operator.replay(id)).status).toBe(200);
    expect(await given.effects('away')).toEqual([1, 2, 3]);
  });

  test('200: one of those behind it that is refused becomes the next dead letter, and the rest waits for it', async () => {
    const id = await given.givenDead('next', 3, 4, 5);
    given.refused.clear();
    given.refused.set(4, new Error('four is refused'));
    expect((await given.operator.replay(id)).status).toBe(200);
    expect(await given.effects('next')).toEqual([1, 2, 3]);
    expect(await given.operator.lettersOf('next')).toMatchObject([
      { no: 4, reason: 'four is refused', attempts: 3, held_behind: 1 },
    ]);
  });

  test('409 DEAD_LETTER_SETTLED: a second time, also at the same time: the event has its effect once', async () => {
    const id = await given.givenDead('once', 3);
    given.refused.clear();
    const answers = await Promise.all(Array.from({ length: 8 }, () => given.operator.replay(id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
    expect((await given.operator.replay(id)).body.code).toBe('DEAD_LETTER_SETTLED');
    expect((await given.operator.discard(id)).body.code).toBe('DEAD_LETTER_SETTLED');
    expect(await given.effects('once')).toEqual([1, 2, 3]);
  });

  test('200: however many wait behind it', async () => {
    const all = Array.from({ length: 150 }, (_, index) => index + 1);
    const id = await given.givenDead('many', ...all.slice(2));
    given.refused.clear();
    expect((await given.operator.replay(id)).body).toMatchObject({ state: 'replayed', held_behind: 0 });
    expect(await given.effects('many')).toEqual(all);
    expect(await given.stateOf('many')).toEqual({ last_no: 150, parked: false, held: 0 });
  });

  test('while events arrive: each has its effect once, in order', async () => {
    const id = await given.givenDead('busy', 3);
    given.refused.clear();
    const later = numbered('busy', ...Array.from({ length: 20 }, (_, index) => index + 4));
    await Promise.all([given.operator.replay(id), given.deliver(...later), given.deliverToReplica(...later)]);
    expect(await given.effects('busy')).toEqual(Array.from({ length: 23 }, (_, index) => index + 1));
  });

  test('a message that could not be read is no reason to apply its event twice', async () => {
    const readable = toMessage('reads', undefined, { n: 1 });
    const newer = JSON.stringify({ ...JSON.parse(readable.value), specversion: '2.0' });
    await given.deliver({ ...readable, value: newer });
    const [letter] = await given.operator.lettersOf('reads');
    // As if the code of today could read it.
    await given.db.query('update dead_letters set message = $2 where id = $1', [letter?.id, readable.value]);
    expect((await given.operator.replay(letter?.id ?? 0)).status).toBe(200);
    await given.deliver(readable);
    expect(await given.effects('reads')).toEqual([1]);
  });
});

describe('POST /admin/dead-letters/task-service/:id/discard', () => {
  test('200: the event has no effect, its number counts as passed, and those behind it follow', async () => {
    const id = await given.givenDead('discard', 3, 4);
    const { status, body } = await given.operator.discard(id);
    expect([status, body.state]).toEqual([200, 'discarded']);
    expect(await given.effects('discard')).toEqual([1, 3, 4]);
    expect(await given.stateOf('discard')).toEqual({ last_no: 4, parked: false, held: 0 });
    await given.deliver(...numbered('discard', 2, 5));
    expect(await given.effects('discard')).toEqual([1, 3, 4, 5]);
    expect((await given.operator.discard(id)).body.code).toBe('DEAD_LETTER_SETTLED');
  });

  test('200: messages that nobody can read are given up one by one, and the rest of their key goes on', async () => {
    given.refused.clear();
    const [one, four] = numbered('unreadable', 1, 4);
    if (!one || !four) throw new Error('no messages');
    const raw = (value: string) => ({ ...one, value });
    await given.deliver(one, raw('number two, broken'), raw('number three, broken'), four);
    for (let turn = 0; turn < 2; turn += 1) {
      const [letter] = await given.operator.lettersOf('unreadable');
      expect((await given.operator.discard(letter?.id ?? 0)).status).toBe(200);
    }
    expect(await given.operator.lettersOf('unreadable')).toEqual([]);
    expect(await given.effects('unreadable')).toEqual([1, 4]);
  });

  test('200: an event without a number passes no other', async () => {
    given.refused.clear();
    given.refused.set(9, new Error('nine is refused'));
    await given.deliver(...numbered('unnumbered', 1), toMessage('unnumbered', undefined, { n: 9 }));
    await given.deliver(...numbered('unnumbered', 3), toMessage('unnumbered', undefined, { n: 7 }));
    const [letter] = await given.operator.lettersOf('unnumbered');
    await given.operator.discard(letter?.id ?? 0);
    expect(await given.effects('unnumbered')).toEqual([1, 7]);
    await given.deliver(...numbered('unnumbered', 2));
    expect(await given.effects('unnumbered')).toEqual([1, 7, 2, 3]);
  });
});

describe('a gap that nothing fills', () => {
  test('is seen, and passed by replaying the first message behind it, which waits for no other', async () => {
    given.refused.clear();
    await given.deliver(...numbered('hole', 1, 4, 5, 3));
    const held = await given.operator.lettersOf('hole', 'held');
    expect(held).toMatchObject([4, 5, 3].map((no) => ({ no, reason: 'after a gap' })));
    const [four, , three] = held;
    for (const answer of [await given.operator.replay(four?.id ?? 0), await given.operator.discard(three?.id ?? 0)])
      expect([answer.status, answer.body.code]).toEqual([409, 'DEAD_LETTER_WAITS']);
    const { status, body } = await given.operator.replay(three?.id ?? 0);
    expect([status, body.state]).toEqual([200, 'replayed']);
    expect(await given.effects('hole')).toEqual([1, 3, 4, 5]);
    // What was missing and comes after all has an older number.
    await given.deliver(...numbered('hole', 2));
    expect(await given.effects('hole')).toEqual([1, 3, 4, 5]);
  });

  test('409: not while its key is parked; and one that is refused says so', async () => {
    await given.givenDead('parked', 3);
    const [held] = await given.operator.lettersOf('parked', 'held');
    expect((await given.operator.replay(held?.id ?? 0)).body.code).toBe('DEAD_LETTER_WAITS');
    given.refused.clear();
    given.refused.set(3, new Error('three is refused'));
    await given.deliver(...numbered('hole-refused', 1, 3));
    const [three] = await given.operator.lettersOf('hole-refused', 'held');
    const { status, body } = await given.operator.replay(three?.id ?? 0);
    expect([status, body.code, body.detail]).toEqual([409, 'DEAD_LETTER_STILL_FAILS', 'three is refused']);
    expect(await given.operator.lettersOf('hole-refused')).toMatchObject([{ id: three?.id, attempts: 3 }]);
  });
});
