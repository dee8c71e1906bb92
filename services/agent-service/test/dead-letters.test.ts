// What operators of agent-service do about a command that could not be taken.
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { applyMessage } from '@builder-ai/platform/inbox';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { eventConsumers } from '../src/consumers.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** A command as the bus would deliver it. */
async function deliver(taskId: string, runseq: number, change: Record<string, unknown> = {}): Promise<void> {
  const { deps } = service;
  const envelope = toEnvelope(
    'task-service',
    runRequested,
    { ...runRequested.sample, owner_id: OWNER },
    { key: taskId },
  );
  const value = JSON.stringify({ ...envelope, runseq, data: { ...envelope.data, ...change } });
  // The consumers use no bus: the message is handed over here.
  const inbox = { name: 'agent-service' as const, bus: undefined as never, consumers: eventConsumers };
  await applyMessage(
    { ...inbox, db: deps.db, deps, logger: deps.logger },
    { topic: runRequested.topic, key: taskId, value },
  );
}

const get = async (path: string) =>
  (
    await request(service.app)
      .get(path)
      .set(await service.headersFor())
  ).body;
const post = async (path: string) =>
  request(service.app)
    .post(path)
    .set(await service.headersFor());

const runsOf = (taskId: string) => service.deps.db.query('select * from runs where task_id = $1', [taskId]);

test('a command that is still refused stays a dead letter; discarded, the next one makes its run', async () => {
  await deliver('task-1', 1, { until: 'for ever' });
  await deliver('task-1', 2);
  const [letter] = await get('/admin/dead-letters/agent-service?state=dead');
  expect(await get(`/admin/dead-letters/agent-service/${letter.id}`)).toMatchObject({
    event_type: 'run.requested',
    reason: expect.stringContaining('run.requested does not fit its schema'),
    held_behind: 1,
  });
  const replayed = await post(`/admin/dead-letters/agent-service/${letter.id}/replay`);
  expect([replayed.status, replayed.body.code, await runsOf('task-1')]).toEqual([409, 'DEAD_LETTER_STILL_FAILS', []]);
  const discarded = await post(`/admin/dead-letters/agent-service/${letter.id}/discard`);
  expect([discarded.status, discarded.body.state]).toEqual([200, 'discarded']);
  expect(await runsOf('task-1')).toHaveLength(1);
});
