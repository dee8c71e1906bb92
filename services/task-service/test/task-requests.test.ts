// What an agent in chat asks for in its user's name.
import type { EventDefinition } from '@builder-ai/contracts/event';
import { messagePostRequested } from '@builder-ai/contracts/events/message-post-requested';
import { taskCancelRequested } from '@builder-ai/contracts/events/task-cancel-requested';
import { taskCreateRequested } from '@builder-ai/contracts/events/task-create-requested';
import { taskRunRequested } from '@builder-ai/contracts/events/task-run-requested';
import { newId } from '@builder-ai/platform/new-id';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenService, OWNER, STRANGER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const asks = <Data>(id: string, definition: EventDefinition<Data>, data: Data) =>
  service.agent.says(id, definition, data);
const commands = async (id: string) =>
  (await findOutboxEvents(service.deps.db, 'task.commands', id)).map(({ type }) => type);

async function givenCreated(change: Partial<typeof taskCreateRequested.sample> = {}): Promise<string> {
  const id = newId();
  await asks(id, taskCreateRequested, { ...taskCreateRequested.sample, owner_id: OWNER, ...change });
  return id;
}

test('task.create_requested: the task is there, as if its user had made it', async () => {
  const id = await givenCreated({ goal: 'a page <script>x</script>', approval: 'plan', cap_micro_usd: 7 });
  const { status, body } = await service.get(`/tasks/${id}`);
  expect([status, body]).toMatchObject([
    200,
    { goal: 'a page', approval: 'plan', budget: { cap_micro_usd: 7 }, status: 'queued', seq: 1 },
  ]);
  expect((await service.get(`/tasks/${id}`, STRANGER)).status).toBe(404);
});

test('task.run_requested and task.cancel_requested: of one’s own task only', async () => {
  const id = await givenCreated();
  await asks(id, taskRunRequested, { owner_id: STRANGER });
  expect(await commands(id)).toEqual([]);
  await asks(id, taskRunRequested, { owner_id: OWNER });
  // It runs already: what cannot be done is left, and holds nothing up.
  await asks(id, taskRunRequested, { owner_id: OWNER });
  await asks(id, taskCancelRequested, { owner_id: STRANGER });
  await asks(id, taskCancelRequested, { owner_id: OWNER });
  expect(await commands(id)).toEqual(['run.requested', 'run.cancel_requested']);
  expect(await service.deps.db.query('select 1 from dead_letters')).toEqual([]);
});

test('task.run_requested: as far as it says, for a task whose project has a budget again', async () => {
  const id = await givenCreated();
  await asks(id, taskRunRequested, { owner_id: OWNER, until: 'step' });
  const [command] = await findOutboxEvents(service.deps.db, 'task.commands', id);
  expect(command?.data).toMatchObject({ until: 'step' });
});

test('message.post_requested: part of the conversation, and told to the agents', async () => {
  const id = await givenCreated();
  await asks(id, taskRunRequested, { owner_id: OWNER });
  await asks(id, messagePostRequested, { owner_id: OWNER, content: 'Use blue' });
  expect(await commands(id)).toEqual(['run.requested', 'message.posted']);
  expect((await service.get(`/tasks/${id}`)).body.messages.at(-1)).toMatchObject({ role: 'user', content: 'Use blue' });
});
