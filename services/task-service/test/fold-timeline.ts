// The task's row, computed once more from nothing but its timeline.
import type { StepRecord } from '@builder-ai/contracts/task';
import { newStep, type TaskState } from '../src/tasks/task.ts';

export type Entry = { event_type: string; data: Record<string, unknown> };

const START: TaskState = {
  status: 'queued',
  waiting_for: null,
  plan: [],
  current_step: null,
  error: null,
  budget: { cap_micro_usd: null, reserved_micro_usd: 0, spent_micro_usd: 0 },
};

/** Times of steps are left out: a step's are those of the agent, the timeline has its own. */
export function foldTimeline(entries: readonly Entry[]): TaskState {
  let state = START;
  for (const entry of entries) state = { ...state, ...change(state, entry) };
  return state;
}

function change(state: TaskState, { event_type, data }: Entry): Partial<TaskState> {
  const step = data.index as number;
  const withStep = (changes: Partial<StepRecord>) =>
    state.plan.map((item) => (item.index === step ? { ...item, ...changes } : item));
  switch (event_type) {
    case 'run_started':
      return { status: 'in_progress', waiting_for: null, error: null };
    case 'plan_created': {
      const steps = data.steps as { description: string }[];
      return { plan: steps.map(({ description }, index) => newStep(index, description)), current_step: 0 };
    }
    case 'step_started':
      return {
        current_step: step,
        plan: withStep({ status: 'in_progress', agent: data.agent as string, attempts: data.attempt as number }),
      };
    case 'step_completed': {
      const { result, commit, cost_micro_usd, next_step } = data as Pick<
        StepRecord,
        'result' | 'commit' | 'cost_micro_usd'
      > & { next_step: number | null };
      return { current_step: next_step, plan: withStep({ status: 'completed', result, commit, cost_micro_usd }) };
    }
    case 'step_failed':
      return { plan: withStep({ status: 'failed', result: data.error as string }) };
    case 'usage_recorded': {
      const spent_micro_usd = state.budget.spent_micro_usd + (data.cost_micro_usd as number);
      return { budget: { ...state.budget, spent_micro_usd } };
    }
    case 'task_waiting':
      return {
        status: 'waiting',
        waiting_for: data.waiting_for as TaskState['waiting_for'],
        error: data.reason as string,
      };
    case 'task_completed':
      return { status: 'completed', waiting_for: null, current_step: null, error: null };
    case 'task_failed':
      return { status: 'failed', waiting_for: null, error: data.error as string };
    default:
      return {};
  }
}
