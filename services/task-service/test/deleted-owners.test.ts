// A project or user that is gone: its tasks go, one by one, and none is made there any more.
import { projectDeleted } from '@builder-ai/contracts/events/project-deleted';
import { taskCreateRequested } from '@builder-ai/contracts/events/task-create-requested';
import { userDeleted } from '@builder-ai/contracts/events/user-deleted';
import { newId } from '@builder-ai/platform/new-id';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buryTasksOfOwners } from '../src/owners/deleted-owners.ts';
import { findOutboxEvents, type GivenService, givenService, givenTask, OWNER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const deletedOf = async (id: string) =>
  (await findOutboxEvents(service.deps.db, 'task.commands', id)).map(({ type, data }) => [type, data.deleted_by]);

test.each([
  ['project.deleted', projectDeleted],
  ['user.deleted', userDeleted],
])('%s: all its tasks go; those of others stay', async (what, event) => {
  const owner = `gone-${what}`;
  const ids = [await givenTask(service, {}, owner), await givenTask(service, {}, owner)];
  const other = await givenTask(service);
  await service.agent.says(owner, event, { deleted_by: OWNER });
  await service.agent.says(owner, event, { deleted_by: OWNER });
  // A process that dies after the first one leaves the rest to the next.
  let left = 1;
  expect(await buryTasksOfOwners(service.deps, () => left-- > 0)).toBe(1);
  expect(await buryTasksOfOwners(service.deps)).toBe(1);
  expect(await buryTasksOfOwners(service.deps)).toBe(0);
  for (const id of ids) expect(await deletedOf(id)).toEqual([['task.deleted', OWNER]]);
  expect((await service.get(`/tasks/${other}`)).status).toBe(200);
});

test('whoever is still let in there makes no task', async () => {
  await service.agent.says('gone', userDeleted, { deleted_by: 'gone' });
  const { status, body } = await service.post('/tasks', { type: 'build', goal: 'a page' }, {}, 'gone');
  expect([status, body.code]).toEqual([404, 'PROJECT_NOT_FOUND']);
  const id = newId();
  await service.agent.says(id, taskCreateRequested, { ...taskCreateRequested.sample, owner_id: 'gone' });
  expect(await service.deps.db.query('select 1 from tasks where id = $1', [id])).toEqual([]);
  expect(await service.deps.db.query('select 1 from dead_letters where key = $1', [id])).toEqual([]);
});
