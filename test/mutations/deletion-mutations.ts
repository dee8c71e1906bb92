// What was deleted stays deleted, and takes nothing along that others still need.
import type { Mutation } from './mutation.ts';

export const deletionMutations: readonly Mutation[] = [
  {
    name: 'deletion: events of a deleted task are applied',
    file: 'services/task-service/src/tasks/apply-run-event.ts',
    from: 'if (!task || task.deleted_at) return;',
    to: 'if (!task) return;',
    red: { file: 'services/task-service/test/delete-task.test.ts', test: 'late events of its run are dropped' },
  },
  {
    name: 'deletion: files go before a fork has taken what it needs',
    file: 'services/agent-service/src/deletion/remove-runs.ts',
    from: 'where not exists (select 1 from runs f where f.task_id = fork))',
    to: 'where fork is null)',
    red: {
      file: 'services/agent-service/test/delete-task.test.ts',
      test: 'what a fork takes from it stays until the fork has it',
    },
  },
  {
    name: 'deletion: a late entry brings a feed back',
    file: 'services/notification-service/src/feed/feed-store.ts',
    from: '    where feed_tasks.deleted_at is null\n',
    to: '',
    red: {
      file: 'services/notification-service/test/delete-task.test.ts',
      test: 'late entries, a rebuild and a check bring nothing back',
    },
  },
  {
    name: 'deletion: webhooks are still sent what was waiting',
    file: 'services/notification-service/src/deletion/on-task-deleted.ts',
    from: `  await tx.query('delete from webhook_deliveries where task_id = $1', [entry.task_id]);\n`,
    to: '',
    red: {
      file: 'services/notification-service/test/deliveries-of-deleted.test.ts',
      test: 'what was to be sent again is not',
    },
  },
  {
    name: 'deletion: tasks are made where the project is gone',
    file: 'services/task-service/src/tasks/new-tasks.ts',
    from: 'where not exists (select 1 from deleted_owners where deleted_owners.owner_id = n.owner_id)',
    to: '',
    red: {
      file: 'services/task-service/test/deleted-owners.test.ts',
      test: 'whoever is still let in there makes no task',
    },
  },
  {
    name: 'deletion: a user leaves others in a project without an owner',
    file: 'gateway/src/users/remove-user.ts',
    from: 'if (left.length > 0 && by === userId) throw soleOwner(left);',
    to: 'if (left.length < 0) throw soleOwner(left);',
    red: {
      file: 'gateway/test/deletion.test.ts',
      test: '409 while others are in a project that nobody else owns',
    },
  },
];
