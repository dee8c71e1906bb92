export const TOPICS = [
  'task.commands',
  'task.requests',
  'task.events',
  'agent.events',
  'identity.events',
  'agent.stream',
] as const;
export type Topic = (typeof TOPICS)[number];

/**
 * What is shown as it comes and never stored by anybody: broadcast to every process that listens, and lost where it is not
 * heard. It has no consumers.
 */
export const STREAM_TOPIC = 'agent.stream' satisfies Topic;

/** Who consumes which topic: a static list, because the local bus keeps one delivery row per event and consumer. */
export const consumers = {
  'task-service': ['agent.events', 'task.requests', 'identity.events'],
  'agent-service': ['task.commands', 'identity.events'],
  'notification-service': ['task.events', 'identity.events'],
} as const satisfies Record<string, readonly Topic[]>;

/** Who publishes to which topic. */
export const publishers = {
  'task.commands': 'task-service',
  'task.requests': 'agent-service',
  'task.events': 'task-service',
  'agent.events': 'agent-service',
  'identity.events': 'gateway',
  'agent.stream': 'agent-service',
} as const satisfies Record<Topic, string>;

export type ConsumerName = keyof typeof consumers;

/** The consumers that an event of this topic is for. */
export function consumersOf(topic: Topic): ConsumerName[] {
  return (Object.keys(consumers) as ConsumerName[]).filter((name) =>
    (consumers[name] as readonly Topic[]).includes(topic),
  );
}

/** How long a topic keeps its events unless it is set otherwise; consumers remember for longer which they have applied. */
export const TOPIC_RETENTION_HOURS = 7 * 24;

/** Brokers keep for a time even what nobody reads twice. */
export const STREAM_RETENTION_HOURS = 1;
