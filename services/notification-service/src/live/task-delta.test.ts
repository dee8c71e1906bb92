import { messageDelta } from '@builder-ai/contracts/events/message-delta';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { expect, test } from '@jest/globals';
import { toTaskDelta } from './task-delta.ts';

const envelope = toEnvelope('agent-service', messageDelta, messageDelta.sample, { key: 't-1' });

test('a delta names its task and its kind', () => {
  expect(toTaskDelta(JSON.stringify(envelope))).toEqual({
    task_id: 't-1',
    event_type: 'message_delta',
    data: messageDelta.sample,
  });
});

test('a kind of a later version is left out; what does not fit is refused', () => {
  expect(toTaskDelta(JSON.stringify({ ...envelope, type: 'thought.delta' }))).toBeUndefined();
  expect(() => toTaskDelta(JSON.stringify({ ...envelope, data: { text: 1 } }))).toThrow('does not fit');
  expect(() => toTaskDelta('{')).toThrow('not JSON');
});
