// Events that cannot or need not be applied: duplicates, gaps, deleted and unknown tasks, poison messages.
import { logAdded } from '@builder-ai/contracts/events/log-added';
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenRunningTask, givenService, givenTask } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const getTask = async (id: string) => (await service.get(`/tasks/${id}`)).body;

const deadLetters = (id: string) =>
  service.deps.db.query('select state, reason, attempts from dead_letters where key = $1 order by id', [id]);

const logLine = (id: string, text: string) =>
  service.agent.message(id, logAdded, { level: 'info', agent: null, step: null, message: text });

test('an event delivered three times, twice of them at once, has one effect', async () => {
  const id = await givenTask(service);
  const message = logLine(id, 'once');
  await service.agent.deliver(message);
  await Promise.all([service.agent.deliver(message), service.agent.deliver(message)]);
  expect(await getTask(id)).toMatchObject({ seq: 2, logs: [{ message: 'once' }] });
  expect(await findOutboxEvents(service.deps.db, 'task.events', id)).toHaveLength(2);
});

test('events that come in another order are applied in theirs', async () => {
  const id = await givenTask(service);
  const messages = ['one', 'two', 'three', 'four'].map((text) => logLine(id, text));
  for (const n of [2, 1, 3]) await service.agent.deliver(messages[n] as (typeof messages)[0]);
  expect((await getTask(id)).logs).toEqual([]);
  await service.agent.deliver(messages[0] as (typeof messages)[0]);
  expect((await getTask(id)).logs.map((line: { message: string }) => line.message)).toEqual([
    'one',
    'two',
    'three',
    'four',
  ]);
});

test('events of a deleted task are acknowledged and dropped', async () => {
  const { id, jobId } = await givenRunningTask(service);
  await service.deps.db.query('update tasks set deleted_at = now() where id = $1', [id]);
  const before = await service.deps.db.query('select seq, status, plan from tasks where id = $1', [id]);
  await service.agent.logs(id, 'too late');
  await service.agent.makesStep(id, 0, null);
  await service.agent.completes(id, jobId);
  expect(await service.deps.db.query('select seq, status, plan from tasks where id = $1', [id])).toEqual(before);
  expect(await deadLetters(id)).toEqual([]);
});

test('events of an unknown task are acknowledged and dropped', async () => {
  await service.agent.logs('unknown-task', 'of nobody');
  await service.agent.makesStep('unknown-task', 0, null);
  expect(await deadLetters('unknown-task')).toEqual([]);
  expect(await service.deps.db.query(`select 1 from timeline where task_id = 'unknown-task'`)).toEqual([]);
  expect(await findOutboxEvents(service.deps.db, 'task.events', 'unknown-task')).toEqual([]);
});

test('a step beyond the plan becomes a dead letter; later events of the task wait, other tasks go on', async () => {
  const { id } = await givenRunningTask(service, ['one', 'two']);
  const other = await givenTask(service);
  const before = await getTask(id);
  await service.agent.says(id, stepStarted, { step: 2, description: 'three', agent: 'template', attempt: 1 });
  await service.agent.logs(id, 'behind it');
  await service.agent.logs(other, 'elsewhere');
  expect(await deadLetters(id)).toEqual([
    { state: 'dead', reason: 'The plan has 2 steps; there is no step with index 2.', attempts: 3 },
    { state: 'held', reason: 'behind a dead letter', attempts: 0 },
  ]);
  expect(await getTask(id)).toEqual(before);
  expect((await getTask(other)).logs).toHaveLength(1);
});

test.each([
  ['no JSON', () => 'nonsense', 'The message is not JSON'],
  ['no CloudEvent', () => '{"id": "1"}', 'The message is not a CloudEvent'],
  [
    'data that does not fit',
    (id: string) => logLine(id, 'x').value.replace('"level":"info"', '"level":"loud"'),
    'log.added does not fit its schema',
  ],
])('a poison message (%s) becomes a dead letter at its first try, with the reason', async (_what, toValue, reason) => {
  const id = await givenTask(service);
  await service.agent.deliver({ topic: 'agent.events', key: id, value: toValue(id) });
  expect(await deadLetters(id)).toEqual([{ state: 'dead', reason: expect.stringContaining(reason), attempts: 1 }]);
  expect((await getTask(id)).seq).toBe(1);
});

test('an event with fields of a later version is applied, one of an unknown type is passed over', async () => {
  const id = await givenTask(service);
  const later = logLine(id, 'a line');
  await service.agent.deliver({ ...later, value: later.value.replace('"level":', '"colour":"red","level":') });
  const unknown = logLine(id, 'x');
  await service.agent.deliver({ ...unknown, value: unknown.value.replace('"log.added"', '"log.coloured"') });
  await service.agent.logs(id, 'after it');
  expect((await getTask(id)).logs.map((line: { message: string }) => line.message)).toEqual(['a line', 'after it']);
  expect(await deadLetters(id)).toEqual([]);
});
