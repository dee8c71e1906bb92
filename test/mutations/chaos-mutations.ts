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
    from: "and r.epoch = i.epoch and r.state = 'running'",
    to: 'and i.epoch > 0',
    seed: 9088,
    says: /ledger rows of an older epoch came after a newer one/,
  },
  {
    name: 'inbox-key: what has come before is not known again',
    file: 'shared/platform/src/inbox.ts',
    from: '  if (!isNew || (no !== null && no <= key.lastNo)) return othersWait;\n',
    to: '',
    seed: 9008,
    says: /doctor: [a-z-]+ dead-letter/,
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
];
