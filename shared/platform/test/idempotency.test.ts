// The same request sent twice has one effect and one answer.
import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type IdempotentRequest, once } from '../src/idempotency.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';

let given: GivenDatabase;

beforeAll(async () => {
  given = await givenDatabase();
  await given.db.query('create table effects (key text, n serial)');
});

afterAll(() => given.close());

const request = (key: string | undefined, change: Partial<IdempotentRequest> = {}): IdempotentRequest => ({
  ownerId: 'somebody',
  operation: 'POST /things',
  key,
  body: { name: 'a thing' },
  ...change,
});

/** Makes a thing and answers its number. */
function make(asked: IdempotentRequest, meanwhile = async () => {}): Promise<{ n: unknown }> {
  return given.db.transaction((tx) =>
    once(tx, asked, async () => {
      const [row] = await tx.query('insert into effects (key) values ($1) returning n', [asked.key ?? 'none']);
      await meanwhile();
      return { n: row?.n };
    }),
  );
}

const effects = async (key: string) => (await given.db.query('select 1 from effects where key = $1', [key])).length;

test('the same key with the same body: one effect, the same answer', async () => {
  const answers = [await make(request('same')), await make(request('same')), await make(request('same'))];
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  expect(await effects('same')).toBe(1);
});

test('the same key at the same time, eight times: one effect, the same answer', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => make(request('at-once'))));
  expect(new Set(answers.map(({ n }) => n)).size).toBe(1);
  expect(await effects('at-once')).toBe(1);
});

test('a second request waits for the first; when that is rolled back, it does the work itself', async () => {
  const [begun, failing] = [newGate(), newGate()];
  const first = make(request('rolled-back'), async () => {
    begun.open();
    await failing.passed;
    throw new Error('the first failed');
  });
  await begun.passed;
  const second = make(request('rolled-back'));
  await eventually(async () => {
    const waiting = await given.db.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return waiting.length === 1;
  });
  failing.open();
  await expect(first).rejects.toThrow('the first failed');
  expect(await second).toEqual({ n: expect.any(Number) });
  expect(await effects('rolled-back')).toBe(1);
});

test('the same key with another body is refused, and has no effect', async () => {
  await make(request('reused'));
  const other = make(request('reused', { body: { name: 'another thing' } }));
  await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', status: 422 });
  await expect(make(request('reused', { body: undefined }))).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(await effects('reused')).toBe(1);
});

test('another owner and another operation have keys of their own', async () => {
  await make(request('own'));
  await make(request('own', { ownerId: 'somebody else' }));
  await make(request('own', { operation: 'POST /other-things' }));
  expect(await effects('own')).toBe(3);
});

test('without a key every request has its effect', async () => {
  await make(request(undefined));
  await make(request(undefined));
  expect(await effects('none')).toBe(2);
});

test('work that returns nothing is remembered too', async () => {
  let times = 0;
  const nothing = () =>
    given.db.transaction((tx) =>
      once(tx, request('nothing', { body: undefined }), async () => {
        times += 1;
      }),
    );
  await nothing();
  expect(await nothing()).toBeNull();
  expect(times).toBe(1);
});

test.each([
  ['', 400],
  ['x'.repeat(256), 400],
])('a key of an impossible length is refused', async (key, status) => {
  const refused = make(request(key));
  await expect(refused).rejects.toMatchObject({
    status,
    code: 'INPUT_INVALID',
    errors: [{ field: 'Idempotency-Key', message: 'must have 1 to 255 characters' }],
  });
  expect(await effects(key)).toBe(0);
});

test('a key of 255 characters is fine', async () => {
  await make(request('y'.repeat(255)));
  expect(await effects('y'.repeat(255))).toBe(1);
});
