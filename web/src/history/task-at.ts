import type { PlanStep, Task, TaskEvent } from '@builder-ai/contracts/task';
import { toReview } from '../review/to-review.ts';

// A task as it was after an entry of its timeline: the same fold that makes the task's row at the server, as far as the
// page shows it. The data comes from the network, and later versions may add to it or leave it out: nothing here may throw.

type Data = Record<string, unknown>;
type State = Pick<Task, 'status' | 'plan' | 'current_step' | 'error'> & { spent: number; cap: number | null };
type Rule = (state: State, data: Data, timestamp: string) => Partial<State>;

const RULES: Record<string, Rule> = {
  run_started: () => ({ status: 'in_progress', error: null }),
  plan_created: (_state, { steps }) => ({ plan: toSteps(steps, 0), current_step: 0 }),
  plan_updated: (state, { from, steps }) => {
    const kept = state.plan.slice(0, toNumber(from));
    return { plan: [...kept, ...toSteps(steps, kept.length)], current_step: kept.length };
  },
  step_started: (state, { index, agent, attempt }, started_at) => ({
    current_step: toNumber(index),
    plan: withStep(state.plan, index, {
      status: 'in_progress',
      agent: toText(agent),
      attempts: toNumber(attempt) || 1,
      started_at,
      finished_at: null,
    }),
  }),
  step_completed: (state, { index, result, commit, cost_micro_usd, next_step }, finished_at) => ({
    current_step: typeof next_step === 'number' ? next_step : null,
    plan: withStep(state.plan, index, {
      status: 'completed',
      finished_at,
      result: toText(result),
      commit: toText(commit),
      cost_micro_usd: toNumber(cost_micro_usd),
    }),
  }),
  step_failed: (state, { index, error }, finished_at) => ({
    plan: withStep(state.plan, index, { status: 'failed', finished_at, result: toText(error) }),
  }),
  review_given: (state, { step, ...review }) => ({ plan: withStep(state.plan, step, { review: toReview(review) }) }),
  usage_recorded: (state, { cost_micro_usd }) => ({ spent: state.spent + toNumber(cost_micro_usd) }),
  budget_changed: (_state, { cap_micro_usd }) => ({ cap: typeof cap_micro_usd === 'number' ? cap_micro_usd : null }),
  task_retried: (state, { step }) => ({
    status: 'in_progress',
    error: null,
    current_step: toNumber(step),
    plan: state.plan.map((item) =>
      item.index < toNumber(step) ? item : { ...newStep(item.index, item.description), attempts: item.attempts },
    ),
  }),
  task_waiting: () => ({ status: 'waiting' }),
  task_completed: () => ({ status: 'completed', current_step: null, error: null }),
  task_failed: (_state, { error }) => ({ status: 'failed', error: toText(error) }),
  task_cancelled: () => ({ status: 'cancelled' }),
};

/** @param task as it is now @param events its timeline, as far as the server keeps it @param at the entry's number */
export function taskAt(task: Task, events: readonly TaskEvent[], at: number): Task {
  let state = beginning(task, events);
  for (const { seq, event_type, data, timestamp } of events) {
    if (seq > at) break;
    const rule = Object.hasOwn(RULES, event_type) ? RULES[event_type] : undefined;
    if (rule) state = { ...state, ...rule(state, data ?? {}, timestamp) };
  }
  const { spent, cap, ...changed } = state;
  return {
    ...task,
    ...changed,
    waiting_for: null,
    waiting_call: null,
    logs: [],
    messages: [],
    budget: { cap_micro_usd: cap, reserved_micro_usd: 0, spent_micro_usd: spent },
    seq: at,
  };
}

/** The commit that keeps the files of that moment; null before the first step was done. */
export function commitAt({ plan }: Pick<Task, 'plan'>): string | null {
  return plan.findLast((step) => step.status === 'completed' && step.commit)?.commit ?? null;
}

/** A fork begins with what its parent had done, and with what that had cost; so does what is left of an old timeline. */
function beginning(task: Task, events: readonly TaskEvent[]): State {
  const had = (task.plan ?? []).map((step) =>
    isOfBefore(step, events) ? step : newStep(step.index, step.description),
  );
  const costHere = events.reduce((sum, { event_type, data }) => sum + toCost(event_type, data), 0);
  return {
    status: 'queued',
    plan: task.forked_from === null && (events[0]?.seq ?? 1) === 1 ? [] : had,
    current_step: null,
    error: null,
    spent: Math.max(0, task.budget.spent_micro_usd - costHere),
    cap: null,
  };
}

const toCost = (event_type: string, data: Data | undefined) =>
  event_type === 'usage_recorded' ? toNumber(data?.cost_micro_usd) : 0;

const isOfBefore = ({ started_at, finished_at }: PlanStep, [first]: readonly TaskEvent[]): boolean =>
  finished_at !== null && started_at !== null && first !== undefined && finished_at < first.timestamp;

const withStep = (plan: readonly PlanStep[], index: unknown, change: Partial<PlanStep>): PlanStep[] =>
  plan.map((step) => (step.index === index ? { ...step, ...change } : step));

function toSteps(found: unknown, from: number): PlanStep[] {
  if (!Array.isArray(found)) return [];
  return found.map((step, at) => newStep(from + at, toText((step as { description?: unknown } | null)?.description)));
}

function newStep(index: number, description: string): PlanStep {
  return {
    index,
    description,
    status: 'pending',
    agent: null,
    started_at: null,
    finished_at: null,
    attempts: 0,
    result: null,
    review: null,
    commit: null,
    cost_micro_usd: 0,
    logs: [],
  };
}

const toText = (value: unknown) => (typeof value === 'string' ? value : '');
const toNumber = (value: unknown) => (typeof value === 'number' ? value : 0);
