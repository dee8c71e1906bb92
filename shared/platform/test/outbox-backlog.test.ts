// What waits to be published is seen by whoever asks for health or metrics.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { newMetrics } from '../src/metrics.ts';
import { entry, newOutbox } from '../src/outbox.ts';
import { addOutboxMetrics, outboxCheck } from '../src/outbox-backlog.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';
import { noted } from './given-events.ts';

let given: GivenDatabase;

beforeAll(async () => {
  given = await givenDatabase();
});

beforeEach(() => given.db.query('truncate outbox, outbox_waiting, outbox_keys').then(() => {}));

afterAll(() => given.close());

const commit = (...numbers: number[]) =>
  given.db.transaction((tx) =>
    newOutbox('test').add(
      tx,
      'a',
      numbers.map((n) => entry(noted, { n })),
    ),
  );

const age = (seconds: number) =>
  given.db.query(`update outbox set created_at = clock_timestamp() - $1 * interval '1 second'`, [seconds]);

test('nothing waits: healthy', async () => {
  await commit(1);
  await given.db.query('delete from outbox_waiting');
  expect(await outboxCheck(given.db).run()).toEqual({
    status: 'healthy',
    waiting: 0,
    oldest_seconds: 0,
    parked_keys: 0,
  });
});

test('what waits for a moment is healthy, for longer than 10 s a warning', async () => {
  await commit(1, 2, 3);
  await age(5);
  expect(await outboxCheck(given.db).run()).toMatchObject({ status: 'healthy', waiting: 3 });
  await age(60);
  await commit(4);
  const result = await outboxCheck(given.db).run();
  expect(result).toMatchObject({ status: 'warning', waiting: 4 });
  expect(result.oldest_seconds).toBeGreaterThanOrEqual(60);
});

test('a key whose event the bus refuses for good is a warning, and it does not make the service unready', async () => {
  await commit(1);
  await given.db.query('update outbox_keys set parked = true');
  expect(await outboxCheck(given.db).run()).toMatchObject({ status: 'warning', parked_keys: 1 });
  expect(outboxCheck(given.db).critical).toBeUndefined();
});

test('metrics say the same', async () => {
  const metrics = newMetrics('test');
  addOutboxMetrics(metrics, given.db);
  await commit(1, 2);
  await age(60);
  const text = await metrics.registry.metrics();
  expect(text).toMatch(/^outbox_waiting\{.*\} 2$/m);
  expect(text).toMatch(/^outbox_oldest_seconds\{.*\} 6\d/m);
  expect(text).toMatch(/^outbox_parked_keys\{.*\} 0$/m);
});
