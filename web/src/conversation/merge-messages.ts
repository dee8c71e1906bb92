import type { Message, TaskEvent } from '@builder-ai/contracts/task';

export type Part = 'user' | 'planner' | 'builder' | 'reviewer';

export type SaidMessage = { key: string; part: Part; agent: string | null; content: string; timestamp: string };

/** How a planner's message begins, where nothing else tells it from a builder's. */
const PLAN = /^(The plan:|Another plan, as )/;

/**
 * All that was said, oldest first. The timeline has every message of this task; the task has its newest ones, among them
 * those that a fork took from its parent and those that an import brought along.
 */
export function mergeMessages(messages: readonly Message[], events: readonly TaskEvent[]): SaidMessage[] {
  const onlyInTask = new Map(messages.map((message, index) => [keyOf(message), toSaid(message, `task ${index}`)]));
  const said: SaidMessage[] = [];
  let before: TaskEvent | undefined;
  for (const event of events) {
    if (event.event_type === 'message_added') {
      const message = toMessage(event);
      onlyInTask.delete(keyOf(message));
      const isPlan = before?.event_type === 'plan_created' || before?.event_type === 'plan_updated';
      const told = toSaid(message, `entry ${event.seq}`);
      said.push(told.part === 'builder' && isPlan ? { ...told, part: 'planner' } : told);
    }
    before = event;
  }
  // What only the task has is older than the timeline, or so new that the timeline has not heard of it.
  const first = said[0];
  const rest = [...onlyInTask.values()];
  if (!first) return rest;
  const isOlder = (message: SaidMessage) => Date.parse(message.timestamp) <= Date.parse(first.timestamp);
  return [...rest.filter(isOlder), ...said, ...rest.filter((message) => !isOlder(message))];
}

const keyOf = ({ timestamp, role, content }: Message) => `${Date.parse(timestamp)} ${role} ${content}`;

function toMessage({ data, timestamp }: TaskEvent): Message {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { role: text(data.role), agent: text(data.agent) || null, content: text(data.content), timestamp };
}

function toSaid({ role, agent, content, timestamp }: Message, key: string): SaidMessage {
  return { key, part: toPart(role, content), agent, content, timestamp };
}

function toPart(role: string, content: string): Part {
  if (role === 'user' || role === 'reviewer' || role === 'planner') return role;
  return PLAN.test(content) ? 'planner' : 'builder';
}
