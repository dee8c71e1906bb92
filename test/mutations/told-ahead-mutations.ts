// What is told ahead of the feed: once, in order, and found in the list by whoever has seen it.
import type { Mutation } from './mutation.ts';

const service = 'services/notification-service';
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
    from: 'if (redis) tellAhead(redis, outbox);',
    to: '',
    red: {
      file: 'services/task-service/test/scaled/redis-away.test.ts',
      test: 'an entry is told of as it is committed',
      project: 'scaled',
    },
  },
];
