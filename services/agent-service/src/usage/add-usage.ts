// What a run's model calls used, by its ledger: pure.
import type { LedgerEntry } from '../ledger/ledger-entry.ts';

export type UsageSum = {
  /** Calls that were answered. */
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_micro_usd: number;
  /** Calls that were interrupted: nobody knows whether they were paid, so all that was reserved for them counts. */
  unknown_calls: number;
  unknown_cost_micro_usd: number;
  /** Attempts that the provider turned away, which cost nothing. */
  failed_calls: number;
};

export type Usage = {
  total: UsageSum;
  by_step: (UsageSum & { step: number | null })[];
  by_agent: (UsageSum & { agent: string })[];
  by_model: (UsageSum & { agent: string; model: string })[];
};

type Call = { step: number | null; agent: string; model: string };

const nothing = (): UsageSum => ({
  calls: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost_micro_usd: 0,
  unknown_calls: 0,
  unknown_cost_micro_usd: 0,
  failed_calls: 0,
});

/** `cost_micro_usd` has what unknown calls count with in it. Rows of a fork's parent are not the fork's. */
export function addUsage(entries: readonly LedgerEntry[]): Usage {
  const forked = entries.findLastIndex(({ kind }) => kind === 'run.forked');
  const models = new Map<string, string>();
  const used: { call: Call; sum: UsageSum }[] = [];
  for (const entry of entries.slice(forked + 1)) {
    if (entry.kind === 'model.intended') models.set(entry.call_id, entry.model);
    const sum = toSum(entry);
    if (!sum || !('agent' in entry) || !('call_id' in entry)) continue;
    const { step, agent, call_id } = entry;
    used.push({ call: { step, agent, model: models.get(call_id) ?? agent }, sum });
  }
  const group = <Key extends Partial<Call>>(keyOf: (call: Call) => Key): (UsageSum & Key)[] => {
    const groups = new Map<string, UsageSum & Key>();
    for (const { call, sum } of used) {
      const key = keyOf(call);
      const name = JSON.stringify(key);
      groups.set(name, { ...key, ...add(groups.get(name) ?? nothing(), sum) });
    }
    return [...groups.values()];
  };
  return {
    total: used.reduce((total, { sum }) => add(total, sum), nothing()),
    by_step: group(({ step }) => ({ step })),
    by_agent: group(({ agent }) => ({ agent })),
    by_model: group(({ agent, model }) => ({ agent, model })),
  };
}

function toSum(entry: LedgerEntry): UsageSum | undefined {
  switch (entry.kind) {
    case 'model.answered':
      return { ...nothing(), calls: 1, ...entry.usage };
    case 'model.unknown': {
      const { cost_micro_usd } = entry;
      return { ...nothing(), unknown_calls: 1, unknown_cost_micro_usd: cost_micro_usd, cost_micro_usd };
    }
    case 'model.failed':
      return { ...nothing(), failed_calls: 1 };
    default:
      return undefined;
  }
}

function add(a: UsageSum, b: UsageSum): UsageSum {
  return {
    calls: a.calls + b.calls,
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cost_micro_usd: a.cost_micro_usd + b.cost_micro_usd,
    unknown_calls: a.unknown_calls + b.unknown_calls,
    unknown_cost_micro_usd: a.unknown_cost_micro_usd + b.unknown_cost_micro_usd,
    failed_calls: a.failed_calls + b.failed_calls,
  };
}
