// What is told ahead of the bus and of the feed: believed from whom it may come, once, in order, and found in the list by
// whoever has seen it.
import type { Mutation } from './mutation.ts';

const service = 'services/notification-service';
const platform = 'shared/platform';
const byInbox = { file: `${platform}/test/ahead-of-bus.test.ts` } as const;
const bySockets = { file: `${service}/test/scaled/told-ahead.test.ts`, project: 'scaled' } as const;

export const toldAheadMutations: readonly Mutation[] = [
  {
    name: 'told-ahead: any later entry is taken for the next one',
    file: `${service}/src/live/subscription.ts`,
    from: 'this.#stalled || seq !== this.#last + 1',
    to: 'this.#stalled || seq <= this.#last',
    red: { file: `${service}/src/live/subscription.test.ts`, test: 'sent when it is the next one', project: 'unit' },
  },
  {
    name: 'told-ahead: the list does not wait for what was told',
    file: `${service}/src/feed/list-events.ts`,
    from: 'await deps.ahead.untilFed(taskId, task.lastSeq);',
    to: '',
    red: { ...bySockets, test: 'is in the list for whoever asks for it then' },
  },
  {
    name: 'told-ahead: the end of a task is told before the feed has it',
    file: `${service}/src/live/task-viewers.ts`,
    from: 'if (event.event_type !== TASK_DELETED) sendEntry',
    to: 'sendEntry',
    red: { ...bySockets, test: 'is the last thing that its viewers hear' },
  },
  {
    name: 'told-ahead: nobody tells',
    file: 'services/task-service/src/compose.ts',
    from: 'redis && tellAhead({ redis, outbox });',
    to: 'redis && (() => false);',
    red: {
      file: 'services/task-service/test/scaled/redis-away.test.ts',
      test: 'an entry is told of as it is committed',
      project: 'scaled',
    },
  },
  {
    name: 'told-ahead: whatever is said in the name of agent-service is believed',
    file: `${platform}/src/ahead/signed-text.ts`,
    from: 'if (!verify(',
    to: 'if (!KIND && !verify(',
    red: { file: `${platform}/src/ahead/signed-text.test.ts`, test: 'another text', project: 'unit' },
  },
  {
    name: 'told-ahead: what lies before an event that has come counts as applied',
    file: `${platform}/src/ahead/ahead-of-bus.ts`,
    from: 'countUpTo(messages, key.applied)',
    to: 'countUpTo(messages, key.last ?? 0)',
    red: { ...byInbox, test: 'does not count as applied, nor what lies in the gap' },
  },
  {
    name: 'told-ahead: what the inbox did not take counts as applied',
    file: `${platform}/src/ahead/ahead-of-bus.ts`,
    from: 'if (await options.apply(due)) {',
    to: 'if ((await options.apply(due)) || due) {',
    red: { ...byInbox, test: 'what a handler rejects is left to the bus' },
  },
  {
    name: 'told-ahead: an agent tells of nothing',
    file: 'services/agent-service/src/compose.ts',
    from: `redis && tellEvents({ redis, outbox, topic: 'agent.events', signingKey });`,
    to: 'redis && (() => false);',
    red: {
      file: 'services/agent-service/test/scaled/wake.test.ts',
      test: 'what a run does is told as it is committed',
      project: 'scaled',
    },
  },
  {
    name: 'told-ahead: nobody hears what an agent tells of',
    file: 'services/task-service/src/compose.ts',
    from: '    consumers: eventConsumers,\n    told,\n',
    to: '    consumers: eventConsumers,\n',
    red: {
      file: 'services/task-service/test/scaled/redis-away.test.ts',
      test: 'what agent-service tells of, and has signed, is applied',
      project: 'scaled',
    },
  },
];
