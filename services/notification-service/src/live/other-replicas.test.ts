import type { TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { joinOtherReplicas, type OtherReplicas } from './other-replicas.ts';

/** Two replicas on one channel. @returns what the first one tells, what each of them hears, and the channel itself */
function twoReplicas() {
  const listeners: ((payload: string) => void)[] = [];
  const sizes: number[] = [];
  const publish = (payload = '') => {
    sizes.push(Buffer.byteLength(payload));
    for (const listener of listeners) listener(payload);
  };
  const channel = { publish, subscribe: (listener: (payload: string) => void) => void listeners.push(listener) };
  const heard: Record<string, unknown[]> = { a: [], b: [] };
  const [first] = ['a', 'b'].map((id) =>
    joinOtherReplicas({
      channel,
      id,
      onEvent: (event) => heard[id]?.push(event),
      onSeq: (taskId, seq) => heard[id]?.push([taskId, seq]),
      onNotification: (notification) => heard[id]?.push(notification),
      onAccess: (change) => heard[id]?.push(change),
    }),
  );
  const { tell, notify, endConnections } = first as OtherReplicas;
  return { tell: (event: TaskEvent) => tell(event, 'owner-1'), notify, endConnections, heard, sizes, publish };
}

const entry = (message: string): TaskEvent => ({
  id: 'event-1',
  seq: 7,
  event_type: 'log_added',
  task_id: 'task-1',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: { message },
});

test('an entry is told to the others whole, and not to oneself', () => {
  const { tell, heard } = twoReplicas();
  tell(entry('ü'));
  expect(heard).toEqual({ a: [], b: [entry('ü')] });
});

test('a notification is told to the others with its time as a time', () => {
  const { notify, heard } = twoReplicas();
  const row = {
    id: 'n-1',
    owner_id: 'owner-1',
    kind: 'task_completed' as const,
    task_id: 'task-1',
    webhook_id: null,
    title: 'Landing page',
    detail: '',
    waiting_for: null,
    created_at: new Date('2026-01-01T00:00:00.000Z'),
    read_at: null,
  };
  notify(row);
  expect(heard).toEqual({ a: [], b: [row] });
});

test('who has lost something is told to the others', () => {
  const { endConnections, heard } = twoReplicas();
  endConnections({ credential_id: 'key-1' });
  expect(heard).toEqual({ a: [], b: [{ credential_id: 'key-1' }] });
});

test('of an entry above 32 KB only its number is told, counted in bytes', () => {
  const { tell, heard, sizes } = twoReplicas();
  tell(entry('ü'.repeat(16 * 1024)));
  expect(heard).toEqual({ a: [], b: [['task-1', 7]] });
  expect(sizes[0]).toBeLessThan(200);
});

test.each([
  '',
  'null',
  '1',
  '"text"',
  '{',
  '{}',
  '{"from":"c"}',
  '{"from":"c","event":null}',
  '{"event":{"seq":"7"}}',
  '{"notification":{}}',
  '{"from":"c","access":{}}',
])('what is not news is nothing: %s', (payload) => {
  const { publish, heard } = twoReplicas();
  publish(payload);
  expect(heard).toEqual({ a: [], b: [] });
});
