// The timeline of a task, and who watches it.
import type { Mutation } from './mutation.ts';

export const taskMutations: readonly Mutation[] = [
  {
    name: 'timeline: the task is not locked before its next number is taken',
    file: 'services/task-service/src/tasks/task-row.ts',
    from: 'from tasks where id = $1 for no key update`',
    to: 'from tasks where id = $1`',
    red: { file: 'services/task-service/test/timeline.test.ts', test: '200 writers of one task' },
  },
  {
    name: 'timeline: a row is taken for what it was when this process left it',
    file: 'services/task-service/src/tasks/timeline.ts',
    from: 'and ($3::xid is null or xmin = $3::xid)',
    to: 'and ($3::xid is null or $3::xid is not null)',
    red: { file: 'services/task-service/test/left-rows.test.ts', test: 'changed without an entry is read again' },
  },
  {
    name: 'outbox-transaction: a timeline entry commits before its event',
    file: 'services/task-service/src/tasks/timeline.ts',
    from: 'await outbox.add(tx, task.id, [told]);',
    to: 'await tx.query("commit; begin").then(() => outbox.add(tx, task.id, [told]));',
    red: {
      file: 'services/task-service/test/timeline.test.ts',
      test: 'a transaction that fails leaves no entry, no number and no event',
    },
  },
  {
    name: 'together: one task that the database refuses takes those of its group with it',
    file: 'shared/platform/src/in-groups.ts',
    from: 'else for (const each of group) doAlone(each);',
    to: 'else for (const { reject } of group) reject(error);',
    red: { file: 'services/task-service/test/create-together.test.ts', test: 'one that the database refuses' },
  },
  {
    name: 'together: a task of a group is told of in the trace of another request',
    file: 'services/task-service/src/tasks/new-tasks.ts',
    from: 'withContext(context, ',
    to: 'withContext(made[0]?.context ?? context, ',
    red: { file: 'services/task-service/test/create-together.test.ts', test: 'forty at once are few commits' },
  },
  {
    name: 'idempotency-key: a repeated request is a new one',
    file: 'shared/platform/src/idempotency.ts',
    from: 'if (key === undefined) return { isFirst: true };',
    to: 'if (key !== "") return { isFirst: true };',
    red: {
      file: 'services/task-service/test/create-task-twice.test.ts',
      test: '200: the same request twice makes one task',
    },
  },
  {
    name: 'feed: a live entry is sent though others are missing before it',
    file: 'services/notification-service/src/live/subscription.ts',
    from: 'if (event.seq > this.#last + 1) {',
    to: 'if (event.seq < 0) {',
    red: {
      project: 'unit',
      file: 'services/notification-service/src/live/subscription.test.ts',
      test: 'a gap in live entries is filled from the feed',
    },
  },
];
