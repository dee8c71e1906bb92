// The feed's consumer is killed between each two commits: the feed has every entry once and in order.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { silentLogger } from '@builder-ai/platform/logger';
import { deliverWithKill } from '@builder-ai/testing/deliver-with-kill';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventConsumers } from '../src/consumers.ts';
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

test.each([1, 4])(
  'killed between each two commits, with %d messages at a time',
  async (burst) => {
    const deps = { tellSockets: () => {} } as unknown as Deps;
    const options = { name: 'notification-service' as const, bus: given.bus, db: given.db, deps, logger: silentLogger };
    let points = 0;
    for (const when of ['before', 'after'] as const) {
      for (let commits = 0; ; commits += 1) {
        const id = given.newTask();
        const messages = range(1, ENTRIES).map((seq) => toMessage(id, seq));
        const inbox = { ...options, consumers: eventConsumers, otherwise: onTimelineEntry };
        const killed = await deliverWithKill(inbox, messages, burst, { commits, when });
        const events = (await (await given.get(`/tasks/${id}/events?limit=100`)).json()) as TaskEvent[];
        expect(toSeqs(events)).toEqual(range(1, ENTRIES));
        if (!killed) break;
        points += 1;
      }
    }
    expect(points).toBe(2 * Math.ceil(ENTRIES / burst));
    expect(await given.db.query('select 1 from dead_letters')).toEqual([]);
  },
  180_000,
);
