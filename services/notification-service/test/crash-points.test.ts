// The feed's consumer is killed between each two commits: the feed has every entry once and in order.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { silentLogger } from '@builder-ai/platform/logger';
import { deliverTogetherWithKill, deliverWithKill } from '@builder-ai/testing/deliver-with-kill';
import type { KillPoint } from '@builder-ai/testing/dying-database';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventConsumers, isPlainEntry } from '../src/consumers.ts';
import type { Deps } from '../src/deps.ts';
import { onTimelineEntry } from '../src/feed/on-timeline-entry.ts';
import { type GivenService, givenService } from './given-service.ts';
import { range, toMessage, toSeqs } from './timeline-message.ts';

const ENTRIES = 9;

let given: GivenService;

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

function inbox() {
  const deps = { tellSockets: () => {} } as unknown as Deps;
  const options = { name: 'notification-service' as const, bus: given.bus, db: given.db, deps, logger: silentLogger };
  return { ...options, consumers: eventConsumers, otherwise: onTimelineEntry, mayShare: isPlainEntry };
}

async function feedOf(id: string): Promise<number[]> {
  return toSeqs((await (await given.get(`/tasks/${id}/events?limit=100`)).json()) as TaskEvent[]);
}

/** Kills at one place after the other, until there is none. @returns how many there were */
async function killAtEach(deliver: (point: KillPoint) => Promise<boolean>): Promise<number> {
  let points = 0;
  for (const when of ['before', 'after'] as const)
    for (let commits = 0; await deliver({ commits, when }); commits += 1) points += 1;
  expect(await given.db.query("select 1 from dead_letters where state <> 'replayed'")).toEqual([]);
  return points;
}

test.each([1, 4])(
  'killed between each two commits, with %d messages at a time',
  async (burst) => {
    const points = await killAtEach(async (point) => {
      const id = given.newTask();
      const messages = range(1, ENTRIES).map((seq) => toMessage(id, seq));
      const killed = await deliverWithKill(inbox(), messages, burst, point);
      expect(await feedOf(id)).toEqual(range(1, ENTRIES));
      return killed;
    });
    expect(points).toBe(2 * Math.ceil(ENTRIES / burst));
  },
  180_000,
);

test('killed between each two commits, with messages of several tasks at a time', async () => {
  const points = await killAtEach(async (point) => {
    const ids = range(1, 5).map(() => given.newTask());
    // One of them comes in the wrong order: it goes its own way.
    const bursts = ids.map((id, index) => (index === 2 ? [2, 1, 3] : [1, 2, 3]).map((seq) => toMessage(id, seq)));
    const killed = await deliverTogetherWithKill(inbox(), bursts, point);
    for (const id of ids) expect(await feedOf(id)).toEqual([1, 2, 3]);
    return killed;
  });
  // The four together; then of the fifth each message, and the one that was held.
  expect(points).toBeGreaterThanOrEqual(2 * 4);
}, 180_000);
