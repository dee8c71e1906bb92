import type { TaskEvent } from '@builder-ai/contracts/task';
import type { Usage, UsageSum } from './usage.ts';

const NOTHING: UsageSum = {
  calls: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost_micro_usd: 0,
  unknown_calls: 0,
  failed_calls: 0,
};

/** What the model calls of a timeline add up to, as the server adds them. Refused calls are on no timeline. */
export function sumUsage(events: readonly TaskEvent[]): Usage {
  const byModel = new Map<string, Usage['by_model'][number]>();
  const byStep = new Map<number | null, Usage['by_step'][number]>();
  let total = NOTHING;
  for (const { event_type, data } of events) {
    if (event_type !== 'usage_recorded') continue;
    const [agent, model] = [String(data.agent), String(data.model)];
    const step = typeof data.step === 'number' ? data.step : null;
    total = add(total, data);
    byModel.set(`${agent} ${model}`, { agent, model, ...add(byModel.get(`${agent} ${model}`) ?? NOTHING, data) });
    byStep.set(step, { step, ...add(byStep.get(step) ?? NOTHING, data) });
  }
  return { total, by_model: [...byModel.values()], by_step: [...byStep.values()] };
}

function add(sum: UsageSum, data: TaskEvent['data']): UsageSum {
  return {
    calls: sum.calls + 1,
    input_tokens: sum.input_tokens + toNumber(data.input_tokens),
    output_tokens: sum.output_tokens + toNumber(data.output_tokens),
    cost_micro_usd: sum.cost_micro_usd + toNumber(data.cost_micro_usd),
    unknown_calls: sum.unknown_calls + (data.outcome === 'unknown' ? 1 : 0),
    failed_calls: 0,
  };
}

const toNumber = (value: unknown) => (typeof value === 'number' ? value : 0);
