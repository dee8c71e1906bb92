// What a command says to a run's ledger, given how far the run is: pure.
import { reviewGiven } from '@builder-ai/contracts/events/review-given';
import { runRetried } from '@builder-ai/contracts/events/run-retried';
import { toolFinished } from '@builder-ai/contracts/events/tool-finished';
import { entry } from '@builder-ai/platform/outbox';
import type { Facts } from '../ledger/facts.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { findToolCall, type RunProgress } from '../ledger/run-progress.ts';
import type { Command } from './command.ts';
import { isDisputed } from './run.ts';

const NOTHING: Facts = { entries: [] };

/** A decision about something that does not wait for one changes nothing. */
export function toFacts(command: Command, progress: RunProgress): Facts {
  switch (command.kind) {
    case 'run.requested':
      return { entries: toChangedPlan(command.data.steps, progress) };
    case 'plan.approved':
      return toApproval(command.data.steps, progress);
    case 'message.posted':
      return { entries: [{ kind: 'user.said', text: command.data.content }] };
    case 'run.retry_requested': {
      const { job_id, step } = command.data;
      return { entries: [{ kind: 'run.retried', step }], events: [entry(runRetried, { job_id, step })] };
    }
    case 'call.resolved': {
      const { call_id, decision, result } = command.data;
      if (!findToolCall(progress, call_id)?.uncertain) return NOTHING;
      return { entries: [{ kind: 'tool.resolved', step: progress.nextStep, call_id, decision, result }] };
    }
    case 'question.answered': {
      const { call_id, answer } = command.data;
      if (findToolCall(progress, call_id)?.question === null) return NOTHING;
      const step = progress.nextStep;
      return {
        entries: [{ kind: 'question.answered', step, call_id, answer }],
        events: [entry(toolFinished, { call_id, step, tool: 'ask_user', ok: true, output: answer })],
      };
    }
    default:
      return NOTHING;
  }
}

/** Steps that are done stay what they were. */
function toChangedPlan(steps: string[] | undefined, { plan, nextStep }: RunProgress): LedgerEntry[] {
  if (!steps || !plan) return [];
  const from = Math.max(nextStep, 0);
  const same = steps.length === plan.steps.length && steps.every((step, index) => step === plan.steps[index]);
  return same ? [] : [{ kind: 'plan.changed', agent: 'user', from, steps: steps.slice(from) }];
}

/** Of a step that its reviewer disputes, everybody is told that the user took it. */
function toApproval(steps: string[], progress: RunProgress): Facts {
  const { reviews, nextStep: step } = progress;
  const changed = toChangedPlan(steps, progress);
  const [call_id, review] = Object.entries(reviews).at(-1) ?? [];
  if (!call_id || !review || !isDisputed(review)) return { entries: [...changed, { kind: 'plan.approved' }] };
  return {
    entries: [...changed, { kind: 'review.accepted', step, call_id }],
    events: [entry(reviewGiven, { step, ...review, accepted_by_user: true })],
  };
}
