// Whoever removes what a project or user had is killed between each two commits: conversations and budget go, and what others
// have stays.
import { silentLogger } from '@builder-ai/platform/logger';
import { deliverWithKill } from '@builder-ai/testing/deliver-with-kill';
import { Killed, wasKilled } from '@builder-ai/testing/dying-database';
import { newGatewayMessages } from '@builder-ai/testing/gateway-messages';
import { killEverywhere } from '@builder-ai/testing/kill-everywhere';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepConversation } from '../src/chat/conversation-store.ts';
import { eventConsumers } from '../src/consumers.ts';
import { removeDeletedOwners } from '../src/deletion/remove-owners.ts';
import { checkRuns } from '../src/doctor/check-runs.ts';
import { type GivenService, givenService } from './given-service.ts';

let service: GivenService;

const gateway = newGatewayMessages();
const deleted_by = 'somebody';

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** A conversation, and a budget that has nothing in it. */
async function givenOwner(owner: string): Promise<void> {
  await keepConversation(service.deps.db, `conversation of ${owner}`, owner, []);
  await service.deps.db.query('insert into budgets (owner_id, cap_micro_usd) values ($1, 5000)', [owner]);
}

const rowsOf = async (owner: string) => {
  const count = async (table: string) =>
    (await service.deps.db.query(`select 1 from ${table} where owner_id = $1`, [owner])).length;
  return { noted: await count('deleted_owners'), talks: await count('conversations'), budgets: await count('budgets') };
};

test.each([
  ['project', 1, gateway.ofProject],
  ['user', 1, gateway.ofUser],
  ['user', 3, gateway.ofUser],
])('the consumer that hears of a %s, with %d messages at a time', async (what, burst, messagesOf) => {
  const { db } = service.deps;
  const inbox = {
    name: 'agent-service' as const,
    bus: undefined as never,
    db,
    deps: service.deps,
    logger: silentLogger,
    consumers: eventConsumers,
  };
  const kept = `kept-${what}-${burst}`;
  await givenOwner(kept);
  const points = await killEverywhere(async (point, name) => {
    const owner = `${what}-${burst}-${name}`;
    await givenOwner(owner);
    const killed = await deliverWithKill(inbox, messagesOf(owner, deleted_by), burst, point);
    expect(await rowsOf(owner)).toEqual({ noted: 1, talks: 1, budgets: 1 });
    await removeDeletedOwners(db, 0);
    expect(await rowsOf(owner)).toEqual({ noted: 1, talks: 0, budgets: 0 });
    return killed;
  });
  expect(points).toBe(2 * Math.ceil(messagesOf('counted', deleted_by).length / burst));
  expect(await rowsOf(kept)).toEqual({ noted: 0, talks: 1, budgets: 1 });
  expect(await db.query('select 1 from dead_letters')).toEqual([]);
});

test('what removes them', async () => {
  const { db } = service.deps;
  await givenOwner('kept');
  const points = await killEverywhere(async ({ commits, when }, name) => {
    const owner = `removed-${name}`;
    await givenOwner(owner);
    await db.query('insert into deleted_owners (owner_id) values ($1)', [owner]);
    let left = commits;
    // Each of its statements is a commit of its own.
    const query: typeof db.query = async (...statement) => {
      const dies = left === 0;
      left -= 1;
      if (dies && when === 'before') throw new Killed();
      const rows = await db.query(...statement);
      if (dies) throw new Killed();
      return rows as never;
    };
    const killed = await wasKilled(removeDeletedOwners({ ...db, query }, 0));
    await removeDeletedOwners(db, 0);
    expect(await rowsOf(owner)).toEqual({ noted: 1, talks: 0, budgets: 0 });
    return killed;
  });
  // It reads who is gone, and has two statements for each.
  expect(points).toBe(2 * 3);
  expect(await rowsOf('kept')).toEqual({ noted: 0, talks: 1, budgets: 1 });
  expect(await checkRuns(db, null)).toEqual([]);
});
