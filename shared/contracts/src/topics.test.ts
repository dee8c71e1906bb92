import { expect, test } from '@jest/globals';
import { consumers, consumersOf, TOPICS, type Topic } from './topics.ts';

test('the consumers of each topic: a change here changes what the local bus keeps for whom', () => {
  expect(Object.fromEntries(TOPICS.map((topic) => [topic, consumersOf(topic)]))).toEqual({
    'task.commands': ['agent-service'],
    'task.requests': ['task-service'],
    'task.events': ['notification-service'],
    'agent.events': ['task-service'],
    'identity.events': ['task-service', 'agent-service', 'notification-service'],
    'agent.stream': [],
  });
});

test('consumers name topics that there are, each once', () => {
  for (const topics of Object.values(consumers)) {
    expect(topics.filter((topic) => !TOPICS.includes(topic))).toEqual([]);
    expect(new Set(topics).size).toBe(topics.length);
  }
});

test('a topic that nobody knows has no consumers', () => {
  expect(consumersOf('nobody.knows' as Topic)).toEqual([]);
});
