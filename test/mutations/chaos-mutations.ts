// What rounds of chaos find: protections taken out of the processes of a whole cluster, each with a seed whose schedule
// meets what they protect from.
import type { Mutation } from './mutation.ts';

export type ChaosMutation = Omit<Mutation, 'red'> & {
  seed: number;
  /** What one of the violations says. */
  says: RegExp;
};

export const chaosMutations: readonly ChaosMutation[] = [
  {
    name: 'fence: a worker that lost its run may still write',
    file: 'services/agent-service/src/ledger/record-facts.ts',
    from: "and r.epoch = i.epoch and r.state || '' = 'running'",
    to: 'and i.epoch > 0',
    seed: 9088,
    // Or, sooner: what both have settled is given back to the budget twice.
    says: /ledger rows of an older epoch came after a newer one|agent-service budget .* reserved/,
  },
  {
    // Ids, numbers and what is held are three protections: an event has its effect twice only without all of them.
    name: 'inbox-key: what has come before is applied again',
    file: 'shared/platform/src/advance-keys.ts',
    from: `      and not exists (select 1 from inbox where consumer = $1 and event_id = any($6::text[]))
    on conflict (consumer, topic, key) do update set last_no = $5::bigint
      where inbox_keys.last_no = $4::bigint - 1 and not inbox_keys.parked and inbox_keys.held = 0
    returning consumer
  )
  insert into inbox (consumer, event_id) select (select consumer from moved), e.id from unnest($6::text[]) as e(id)`,
    to: `    on conflict (consumer, topic, key) do update set last_no = greatest(inbox_keys.last_no, $5::bigint)
    returning consumer
  )
  insert into inbox (consumer, event_id) select (select consumer from moved), e.id from unnest($6::text[]) as e(id)
  on conflict do nothing`,
    seed: 9008,
    says: /a step was completed twice|its events are|did not end|doctor:/,
  },
  {
    name: 'ledger: a recorded answer is asked for again',
    file: 'services/agent-service/src/runs/model-call.ts',
    from: '  if (known?.answer) return known.answer;\n',
    to: '',
    seed: 9078,
    says: /the provider was asked \d+ times/,
  },
  {
    name: 'ledger: a finished tool call is made again',
    file: 'services/agent-service/src/runs/tool-call.ts',
    from: '  if (known?.result) return known.result;\n',
    to: '',
    seed: 9078,
    says: /witness\.txt is/,
  },
  {
    name: 'deletion: the workspace of a deleted task stays',
    file: 'services/agent-service/src/workspace/workspace.ts',
    from: '  await removeTree(taskDirectory(root, taskId));',
    to: '  await Promise.all([root, taskId]);',
    seed: 15000,
    says: /deleted \(.*\): its workspace is there/,
  },
  {
    name: 'deletion: events of a deleted task are applied',
    file: 'services/task-service/src/tasks/apply-run-event.ts',
    from: 'if (!task || task.deleted_at) return;',
    to: 'if (!task) return;',
    seed: 15000,
    says: /deleted \(.*\): task-service has/,
  },
  {
    name: 'deletion: the run of a deleted task goes on',
    file: 'services/agent-service/src/deletion/on-task-deleted.ts',
    from: `    await addCommand(tx, event.subject, { kind: 'run.cancel_requested', data: { requested_by } });\n`,
    to: '    if (!requested_by) await addCommand(tx, event.subject, { kind: "run.cancel_requested", data: { requested_by } });\n',
    seed: 15000,
    says: /deleted \(under way\): agent-service has a run that was not removed/,
  },
  {
    name: 'deletion: whoever watches is not told',
    file: 'services/notification-service/src/live/task-viewers.ts',
    from: 'if (viewer.subscription.takeLast(event)) viewer.send(event);',
    to: '',
    seed: 15000,
    says: /deleted \(.*\): who watches it was not told/,
  },
  {
    name: 'budget: a run may pass its cap',
    file: 'services/agent-service/src/ledger/record-facts.ts',
    from: 'and (i.reserve = 0 or r.cap_micro_usd is null',
    to: 'and (i.reserve >= 0 or r.cap_micro_usd is null',
    seed: 30000,
    says: /it never wanted for money|its budget was passed/,
  },
  {
    name: 'steering: a message of the user is told otherwise than it was said',
    file: 'services/task-service/src/tasks/post-message.ts',
    from: `{ role: 'user', agent: null, content });`,
    to: `{ role: 'user', agent: null, content: content + content });`,
    seed: 30000,
    says: /its user has said/,
  },
];
