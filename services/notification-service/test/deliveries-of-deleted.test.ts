// A webhook's receiver is sent nothing of a deleted task any more but that it was deleted.
import { taskCreated } from '@builder-ai/contracts/events/task-created';
import { taskCompleted, taskDeletedEntry } from '@builder-ai/contracts/events/timeline-entries';
import type { WebhookDelivery, WebhookWithSecret } from '@builder-ai/contracts/webhook';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import { accept, answer, type GivenReceiver, givenReceiver } from './given-receiver.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';
import { toEntry } from './timeline-message.ts';

let given: GivenService;
let receiver: GivenReceiver;

beforeAll(async () => {
  receiver = await givenReceiver();
  given = await givenService({ OUTGOING_ALLOW: receiver.host });
});

afterAll(async () => {
  await given.close();
  await receiver.close();
});

const call = <T>(method: string, path: string, body?: object) => given.call<T>(method, path, OWNER, body);

test('what was to be sent again is not, and the last thing has the id of the task and nothing else of it', async () => {
  const events = ['task.completed', 'task.deleted'];
  const { id, secret } = await call<WebhookWithSecret>('POST', '/webhooks', { url: receiver.url, events });
  const list = () => call<WebhookDelivery[]>('GET', `/webhooks/${id}/deliveries`);
  receiver.answerWith(answer(503, { 'retry-after': '3600' }));
  const taskId = given.newTask();
  await given.bus.publish([
    toEntry(taskId, 1, taskCreated, { title: 'A page about tea' }),
    toEntry(taskId, 2, taskCompleted),
  ]);
  const waiting = await eventually(async () => (await list()).find(({ response_status }) => response_status === 503));
  expect(waiting).toMatchObject({ status: 'pending', attempts: 1, event_type: 'task.completed' });
  expect(receiver.received[0]?.body).toContain('A page about tea');
  receiver.answerWith(accept);
  receiver.received.length = 0;
  await given.bus.publish([toEntry(taskId, 3, taskDeletedEntry, { deleted_by: OWNER })]);
  const delivered = await eventually(async () => (await list()).find(({ status }) => status === 'delivered'));
  expect(await list()).toEqual([delivered]);
  expect(receiver.received).toHaveLength(1);
  const [{ headers, body }] = receiver.received as [never];
  expect(new Verifier(secret).verify(body, headers)).toEqual({
    type: 'task.deleted',
    timestamp: expect.stringMatching(/Z$/),
    data: { project_id: null, task_id: taskId, title: null, seq: 3, event: { deleted_by: OWNER } },
  });
});
