// One holder at a time, by the database's clock, and a higher epoch with each new holder.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { acquireLease, LEASE_MS, releaseLease } from '../src/lease.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';

let given: GivenDatabase;

beforeAll(async () => {
  given = await givenDatabase();
});

afterAll(() => given.close());

const take = (name: string, holder: string) => acquireLease(given.db, name, holder);
const expire = (name: string) =>
  given.db.query(`update leases set expires_at = clock_timestamp() - interval '1 millisecond' where name = $1`, [name]);

test('of 16 that ask at once, one gets it', async () => {
  const epochs = await Promise.all(Array.from({ length: 16 }, (_, n) => take('contested', `holder-${n}`)));
  expect(epochs.filter((epoch) => epoch !== undefined)).toEqual([1]);
});

test('its holder renews it under the same epoch; nobody else gets it meanwhile', async () => {
  expect([await take('renewed', 'a'), await take('renewed', 'b'), await take('renewed', 'a')]).toEqual([
    1,
    undefined,
    1,
  ]);
});

test('it lasts from the last renewal, by the clock of the database', async () => {
  await take('lasting', 'a');
  await expire('lasting');
  await take('lasting', 'a');
  const [row] = await given.db.query<{ left: number }>(
    `select extract(epoch from expires_at - clock_timestamp()) * 1000 as left from leases where name = 'lasting'`,
  );
  expect(Number(row?.left)).toBeLessThanOrEqual(LEASE_MS);
  expect(Number(row?.left)).toBeGreaterThan(0);
});

test('each new holder has a higher epoch; the old one loses it and may come back with a still higher one', async () => {
  const epochs = [];
  for (const holder of ['a', 'b', 'a']) {
    epochs.push(await take('moving', holder));
    expect(await take('moving', 'another')).toBeUndefined();
    await expire('moving');
  }
  expect(epochs).toEqual([1, 2, 3]);
});

test('of many that wait for one that expired, one gets it', async () => {
  await take('expired', 'dead');
  await expire('expired');
  const epochs = await Promise.all(Array.from({ length: 16 }, (_, n) => take('expired', `holder-${n}`)));
  expect(epochs.filter((epoch) => epoch !== undefined)).toEqual([2]);
});

test('what is given back is free at once; only its holder can give it back', async () => {
  await take('given-back', 'a');
  await releaseLease(given.db, 'given-back', 'b');
  expect(await take('given-back', 'b')).toBeUndefined();
  await releaseLease(given.db, 'given-back', 'a');
  expect(await take('given-back', 'b')).toBe(2);
});

test('leases of other names are not concerned', async () => {
  expect([await take('one', 'a'), await take('two', 'b')]).toEqual([1, 1]);
});
