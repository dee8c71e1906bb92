// Whoever deletes what a project or user had is killed between each two commits: all of it goes, each task is told of once, and
// what others have stays.
import { projectDeleted } from '@builder-ai/contracts/events/project-deleted';
import { silentLogger } from '@builder-ai/platform/logger';
import { deliverWithKill } from '@builder-ai/testing/deliver-with-kill';
import { dyingDatabase, wasKilled } from '@builder-ai/testing/dying-database';
import { newGatewayMessages } from '@builder-ai/testing/gateway-messages';
import { killEverywhere } from '@builder-ai/testing/kill-everywhere';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventConsumers } from '../src/consumers.ts';
import { checkTasks } from '../src/doctor/check-tasks.ts';
import { buryTasksOfOwners } from '../src/owners/deleted-owners.ts';
import { findOutboxEvents, type GivenService, givenService, givenTask, OWNER } from './given-service.ts';

const TASKS = 3;

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const gateway = newGatewayMessages();
const deleted_by = OWNER;

test.each([
  ['project', 1, gateway.ofProject],
  ['user', 1, gateway.ofUser],
  ['user', 3, gateway.ofUser],
])('the consumer that hears of a %s, with %d messages at a time', async (what, burst, messagesOf) => {
  const { db } = service.deps;
  const inbox = {
    name: 'task-service' as const,
    bus: undefined as never,
    db,
    deps: service.deps,
    logger: silentLogger,
    consumers: eventConsumers,
  };
  const points = await killEverywhere(async (point, name) => {
    const owner = `${what}-${burst}-${name}`;
    const killed = await deliverWithKill(inbox, messagesOf(owner, deleted_by), burst, point);
    const noted = await db.query('select deleted_by, done_at from deleted_owners where owner_id = $1', [owner]);
    expect(noted).toEqual([{ deleted_by, done_at: null }]);
    const { status } = await service.post('/tasks', { type: 'build', goal: 'a page' }, {}, owner);
    expect(status).toBe(404);
    return killed;
  });
  expect(points).toBe(2 * Math.ceil(messagesOf('counted', deleted_by).length / burst));
  expect(await db.query('select 1 from dead_letters')).toEqual([]);
});

test('what deletes the tasks of one', async () => {
  const { deps, agent } = service;
  const kept = await givenTask(service);
  const points = await killEverywhere(async (point, name) => {
    const owner = `buried-${name}`;
    const ids: string[] = [];
    while (ids.length < TASKS) ids.push(await givenTask(service, {}, owner));
    await agent.says(owner, projectDeleted, { deleted_by });
    const killed = await wasKilled(buryTasksOfOwners({ ...deps, db: dyingDatabase(deps.db, point) }));
    const done = point.commits + (point.when === 'after' ? 1 : 0);
    expect(await buryTasksOfOwners(deps)).toBe(killed ? TASKS - done : 0);
    for (const id of ids) {
      const commands = await findOutboxEvents(deps.db, 'task.commands', id);
      expect(commands.map(({ type, data }) => [type, data.deleted_by])).toEqual([['task.deleted', deleted_by]]);
      const entries = await findOutboxEvents(deps.db, 'task.events', id);
      expect(entries.map(({ type }) => type)).toEqual(['task.created', 'task.deleted']);
      expect((await service.get(`/tasks/${id}`, owner)).status).toBe(404);
    }
    return killed;
  });
  expect(points).toBe(2 * TASKS);
  expect((await service.get(`/tasks/${kept}`)).status).toBe(200);
  expect(await checkTasks(deps.db)).toEqual([]);
});
