// The kinds of ledger rows. They are data, never code: a new version of the product goes on with an old run.

import type { CallDecision, Review } from '@builder-ai/contracts/task';
import type { ModelAnswer, ModelRequest, Usage } from '../models/model.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

export type ToolRecord = { ok: boolean; output: string; finished?: string };

/** Whose answer a model call is for. */
export type AskedPart = { agent: string; purpose: ModelRequest['purpose'] };

/**
 * An intent is a row before its effect, an outcome a row after it. `call_id` names a call within its run for good:
 * `plan`, `<step>.<round>` for model calls, `<step>.<round>.<index>` for tool calls.
 */
export type LedgerEntry =
  /** `reserved_micro_usd`: the worst that this attempt can cost, taken from the budget before it is sent. */
  | {
      kind: 'model.intended';
      step: number | null;
      call_id: string;
      attempt: number;
      agent: string;
      model: string;
      reserved_micro_usd: number;
      /** How many of the user's messages the request carries; absent: none. */
      heard?: number;
      /** Fingerprint of what was asked: a replay asks the same. */
      request?: string;
    }
  | {
      kind: 'model.answered';
      step: number | null;
      call_id: string;
      agent: string;
      content: ModelAnswer['content'];
      usage: Usage;
    }
  /** Interrupted before its answer was recorded, so it may have been paid: it counts with all that was reserved. */
  | { kind: 'model.unknown'; step: number | null; call_id: string; agent: string; cost_micro_usd: number }
  /** The provider refused it: nothing was paid. */
  | { kind: 'model.failed'; step: number | null; call_id: string; agent: string; error: string }
  | { kind: 'plan.made'; agent: string; source: string; steps: string[] }
  /** The steps from `from` on were replaced: by the user, or by the planner after a step had failed. */
  | { kind: 'plan.changed'; agent: string; from: number; steps: string[] }
  /** The user approved what the run waited with. */
  | { kind: 'plan.approved' }
  /** Something the user said to the agents. */
  | { kind: 'user.said'; text: string }
  /** `before`: the workspace the step starts from. */
  | { kind: 'step.begun'; step: number; attempt: number; before: Snapshot | null }
  | {
      kind: 'tool.intended';
      step: number;
      call_id: string;
      attempt: number;
      tool: string;
      /** It may have an effect outside of the workspace. */
      outside?: true;
    }
  /** `after`: the workspace after the call; null when the call only read. */
  | ({
      kind: 'tool.finished';
      step: number;
      call_id: string;
      tool: string;
      after: Snapshot | null;
    } & ToolRecord)
  | { kind: 'tool.uncertain'; step: number; call_id: string; tool: string; reason: string }
  | { kind: 'tool.resolved'; step: number; call_id: string; decision: CallDecision; result: string | null }
  /** The agent asked its user something; the answer is the call's result. */
  | { kind: 'question.asked'; step: number; call_id: string; question: string }
  | { kind: 'question.answered'; step: number; call_id: string; answer: string }
  /** `call_id`: the call that finished the step which was reviewed. */
  | { kind: 'review.given'; step: number; call_id: string; review: Review }
  | { kind: 'review.accepted'; step: number; call_id: string }
  | { kind: 'step.done'; step: number; after: Snapshot | null; commit: string }
  | { kind: 'step.failed'; step: number; error: string; limit?: AskedPart }
  /** `limit`: it had used what one job may use, when it would have asked this part; or was taken over too often. */
  | { kind: 'run.failed'; error: string; limit?: AskedPart | 'recoveries' }
  | { kind: 'run.paused' }
  | { kind: 'run.cancelled' }
  /** Goes on with a step that was begun before, from the files and the commit that it began with. */
  | { kind: 'run.retried'; step: number }
  /** All rows before it were taken over from another task's run. */
  | { kind: 'run.forked'; parent_id: string; parent_seq: number };
