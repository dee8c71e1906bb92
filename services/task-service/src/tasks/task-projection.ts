// A task's row as the fold of its timeline: what each kind of entry changes. Pure; live entries and a rebuild use the same.
import type { EventDefinition } from '@builder-ai/contracts/event';
import {
  planCreatedEntry,
  planUpdatedEntry,
  reviewGivenEntry,
  runStartedEntry,
  stepCompletedEntry,
  stepFailedEntry,
  stepStartedEntry,
  taskCancelled,
  taskCompleted,
  taskFailed,
  taskRetried,
  taskWaiting,
  usageRecordedEntry,
} from '@builder-ai/contracts/events/timeline-entries';
import { newStep, type TaskState, withStep, withStepsFrom } from './task.ts';
import { toEventType } from './timeline-event-type.ts';

export type ProjectedEntry = { event_type: string; data: Record<string, unknown>; timestamp: string };

/** What a task is before its first entry. */
export const NEW_TASK: TaskState = {
  status: 'queued',
  waiting_for: null,
  waiting_call: null,
  plan: [],
  current_step: null,
  error: null,
  metadata: {},
  spent_micro_usd: 0,
};

type Rule = {
  event_type: string;
  change: (state: TaskState, data: never, timestamp: string) => Partial<TaskState>;
};

function rule<Data>(
  definition: EventDefinition<Data>,
  change: (state: TaskState, data: Data, timestamp: string) => Partial<TaskState>,
): Rule {
  return { event_type: toEventType(definition.type), change } as Rule;
}

const NOT_WAITING = { waiting_for: null, waiting_call: null } as const;

// Entries without a rule are facts that only the timeline keeps.
const rules = new Map<string, Rule['change']>(
  [
    rule(runStartedEntry, () => ({ status: 'in_progress', ...NOT_WAITING, error: null })),
    rule(planCreatedEntry, (state, data) => ({
      plan: data.steps.map((step, index) => newStep(index, step.description)),
      current_step: 0,
      metadata: { ...state.metadata, plan_source: data.source },
    })),
    rule(planUpdatedEntry, (state, { from, steps }) => ({
      plan: withStepsFrom(state.plan, from, steps),
      current_step: from,
    })),
    rule(reviewGivenEntry, (state, { step, ...review }) => ({ plan: withStep(state.plan, step, () => ({ review })) })),
    rule(stepStartedEntry, (state, { index, agent, attempt }, timestamp) => ({
      current_step: index,
      plan: withStep(state.plan, index, () => ({
        status: 'in_progress',
        agent,
        attempts: attempt,
        started_at: timestamp,
        finished_at: null,
      })),
    })),
    rule(stepCompletedEntry, (state, { index, result, commit, cost_micro_usd, next_step }, timestamp) => ({
      current_step: next_step,
      plan: withStep(state.plan, index, () => ({
        status: 'completed',
        finished_at: timestamp,
        result,
        commit,
        cost_micro_usd,
      })),
    })),
    rule(stepFailedEntry, (state, { index, error }, timestamp) => ({
      plan: withStep(state.plan, index, () => ({ status: 'failed', finished_at: timestamp, result: error })),
    })),
    rule(usageRecordedEntry, (state, data) => ({ spent_micro_usd: state.spent_micro_usd + data.cost_micro_usd })),
    rule(taskWaiting, (_state, data) => ({
      status: 'waiting',
      waiting_for: data.waiting_for,
      waiting_call: data.call ?? null,
      // What only waits for its user is no error.
      error: data.code === undefined && (data.waiting_for !== 'input' || data.call) ? null : data.reason,
    })),
    rule(taskCompleted, () => ({ status: 'completed', ...NOT_WAITING, current_step: null, error: null })),
    rule(taskCancelled, () => ({ status: 'cancelled', ...NOT_WAITING })),
    rule(taskRetried, (state, { step }) => ({
      status: 'in_progress',
      ...NOT_WAITING,
      error: null,
      current_step: step,
      plan: state.plan.map((item) =>
        item.index < step ? item : { ...newStep(item.index, item.description), attempts: item.attempts },
      ),
    })),
    rule(taskFailed, (_state, data) => ({ status: 'failed', ...NOT_WAITING, error: data.error })),
  ].map(({ event_type, change }) => [event_type, change]),
);

/** The entries that change something. */
export const PROJECTED_TYPES: readonly string[] = [...rules.keys()];

/**
 * What an entry changes; undefined when nothing.
 * @throws Error when it names a step that the plan does not have: the event then becomes a dead letter with this reason
 */
export function projectEntry(state: TaskState, entry: ProjectedEntry): Partial<TaskState> | undefined {
  return rules.get(entry.event_type)?.(state, entry.data as never, entry.timestamp);
}

/** @param base what an import brought along */
export function foldTimeline(entries: readonly ProjectedEntry[], base: TaskState = NEW_TASK): TaskState {
  const state = { ...base };
  for (const entry of entries) Object.assign(state, projectEntry(state, entry));
  return state;
}
