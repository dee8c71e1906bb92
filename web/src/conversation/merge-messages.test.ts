import type { Message, TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { mergeMessages } from './merge-messages.ts';

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
const message = (second: number, role: string, content: string, agent: string | null = 'claude'): Message => ({
  role,
  agent,
  content,
  timestamp: at(second),
});
const event = (seq: number, event_type: string, data: object = {}) =>
  ({ seq, event_type, data, timestamp: at(seq) }) as TaskEvent;
const parts = (messages: Message[], events: TaskEvent[]) =>
  mergeMessages(messages, events).map(({ part, content }) => `${part}: ${content}`);

test('planner, builder, reviewer and user are told apart', () => {
  const events = [
    event(1, 'plan_created'),
    event(2, 'message_added', { role: 'assistant', agent: 'claude', content: 'Two steps.' }),
    event(3, 'message_added', { role: 'assistant', agent: 'claude', content: 'Made.' }),
    event(4, 'message_added', { role: 'reviewer', agent: 'chatgpt', content: 'Good.' }),
    event(5, 'message_added', { role: 'user', agent: null, content: 'Thanks.' }),
  ];
  expect(parts([], events)).toEqual(['planner: Two steps.', 'builder: Made.', 'reviewer: Good.', 'user: Thanks.']);
});

test('a message that the task and the timeline have is there once', () => {
  const events = [event(2, 'message_added', { role: 'assistant', agent: 'claude', content: 'Made.' })];
  expect(parts([message(2, 'assistant', 'Made.')], events)).toEqual(['builder: Made.']);
});

test('what a fork took from its parent comes before what was said since, and what is newer after it', () => {
  const events = [event(3, 'message_added', { role: 'assistant', content: 'Here.' })];
  const known = [message(1, 'assistant', 'The plan:\n1. One'), message(5, 'user', 'New.')];
  expect(parts(known, events)).toEqual(['planner: The plan:\n1. One', 'builder: Here.', 'user: New.']);
});

test('data that is not as expected never throws', () => {
  expect(parts([], [event(1, 'message_added', { role: 1, content: {} })])).toEqual(['builder: ']);
});
