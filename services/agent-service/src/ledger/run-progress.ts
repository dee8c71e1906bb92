// How far a run is: a pure fold of its ledger.
import type { CallDecision, Review } from '@builder-ai/contracts/task';
import type { ModelAnswer } from '../models/model.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { LedgerEntry, ToolRecord } from './ledger-entry.ts';
import { withoutOpenAttempts } from './without-open-attempts.ts';

export type ModelCall = {
  kind: 'model';
  attempts: number;
  /** Set while an attempt is open: it was sent, or was about to be, and nobody has recorded what came of it. */
  open: OpenAttempt | null;
  answer: ModelAnswer | null;
  /** How many of the user's messages the last attempt carried. */
  heard: number;
};

export type OpenAttempt = { reserved_micro_usd: number; step: number | null; agent: string; model: string };

export type ToolCall = {
  kind: 'tool';
  attempts: number;
  open: boolean;
  /** It may have had an effect outside of the workspace, whether or not its tool is still there. */
  outside: boolean;
  result: ToolRecord | null;
  /** Set while a user has to say what became of the call. */
  uncertain: boolean;
  /** A user's decision that the call be made again. */
  redo: boolean;
  /** What the agent asked by it, while there is no answer. */
  question: string | null;
};

export type RunProgress = {
  plan: { steps: string[]; source: string; agent: string } | null;
  /** The first step that is not done; equals the number of steps at the end. */
  nextStep: number;
  /** Whether `nextStep` was begun: it is gone on with, not begun again. */
  begun: boolean;
  /** Why `nextStep` failed, while nobody has decided what becomes of that. */
  failure: string | null;
  /** How often each step was begun. */
  attempts: number[];
  /** The workspace after the last finished call; null while nothing was made. */
  workspace: Snapshot | null;
  /** The last commit, parent of the next. */
  commit: string | null;
  /** What each step that was begun started from. */
  begins: { workspace: Snapshot | null; commit: string | null }[];
  /** The last step that the user let begin; -1: none. */
  approvedStep: number;
  /** How often the planner changed the plan after a failed step. */
  replans: number;
  /** Attempts of model calls, in all. */
  modelCalls: number;
  /** What the user said to the agents, in order. */
  said: string[];
  /** Reviews of the step that is open, by the call that finished it, in order. */
  reviews: Readonly<Record<string, Review>>;
  /** The calls of the plan and of the step that is open, by call id. */
  calls: Readonly<Record<string, ModelCall | ToolCall>>;
};

export const NO_PROGRESS: RunProgress = {
  plan: null,
  nextStep: 0,
  begun: false,
  failure: null,
  attempts: [],
  workspace: null,
  commit: null,
  begins: [],
  approvedStep: -1,
  replans: 0,
  modelCalls: 0,
  said: [],
  reviews: {},
  calls: {},
};

/** Kinds and fields that this version does not know, or that an older one did not write, change nothing. */
export function foldLedger(entries: readonly LedgerEntry[], from: RunProgress = NO_PROGRESS): RunProgress {
  return entries.reduce(applyEntry, from);
}

export function findModelCall(progress: RunProgress, callId: string): ModelCall | undefined {
  const call = progress.calls[callId];
  return call?.kind === 'model' ? call : undefined;
}

export function findToolCall(progress: RunProgress, callId: string): ToolCall | undefined {
  const call = progress.calls[callId];
  return call?.kind === 'tool' ? call : undefined;
}

function applyEntry(progress: RunProgress, entry: LedgerEntry): RunProgress {
  switch (entry.kind) {
    case 'plan.made':
      return { ...progress, plan: { steps: entry.steps, source: entry.source, agent: entry.agent }, calls: {} };
    case 'step.begun': {
      const attempts = [...progress.attempts];
      attempts[entry.step] = entry.attempt;
      const begins = [...progress.begins];
      begins[entry.step] = { workspace: entry.before, commit: progress.commit };
      const begun = { begun: true, failure: null, workspace: entry.before, reviews: {}, calls: {} };
      return { ...progress, attempts, begins, ...begun };
    }
    case 'plan.changed':
      return withChangedPlan(progress, entry);
    case 'plan.approved':
      return { ...progress, approvedStep: progress.nextStep };
    case 'user.said':
      return { ...progress, said: [...progress.said, entry.text] };
    case 'run.retried':
      return retried(progress, entry.step);
    case 'review.given':
      return { ...progress, reviews: { ...progress.reviews, [entry.call_id]: entry.review } };
    case 'review.accepted':
      return withAcceptedReview(progress, entry.call_id);
    case 'step.done':
      return {
        ...progress,
        nextStep: entry.step + 1,
        begun: false,
        workspace: entry.after,
        commit: entry.commit,
        calls: {},
      };
    case 'step.failed':
      return { ...progress, begun: false, failure: entry.error };
    case 'model.intended':
    case 'model.answered':
    case 'model.unknown':
    case 'model.failed': {
      const modelCalls = progress.modelCalls + (entry.kind === 'model.intended' ? 1 : 0);
      const call = applyModelEntry(findModelCall(progress, entry.call_id), entry);
      return withCall({ ...progress, modelCalls }, entry.call_id, call);
    }
    case 'run.forked':
      return { ...progress, calls: withoutOpenAttempts(progress.calls) };
    case 'tool.intended':
    case 'tool.finished':
    case 'tool.uncertain':
    case 'tool.resolved':
    case 'question.asked':
    case 'question.answered': {
      const next = withCall(progress, entry.call_id, applyToolEntry(findToolCall(progress, entry.call_id), entry));
      return entry.kind === 'tool.finished' && entry.after ? { ...next, workspace: entry.after } : next;
    }
    default:
      return progress;
  }
}

function withCall(progress: RunProgress, callId: string, call: ModelCall | ToolCall): RunProgress {
  return { ...progress, calls: { ...progress.calls, [callId]: call } };
}

type Changed = Extract<LedgerEntry, { kind: 'plan.changed' }>;

function withChangedPlan(progress: RunProgress, { agent, from, steps }: Changed): RunProgress {
  const { plan } = progress;
  if (!plan) return progress;
  const replans = progress.replans + (agent === 'user' ? 0 : 1);
  return { ...progress, replans, failure: null, plan: { ...plan, steps: [...plan.steps.slice(0, from), ...steps] } };
}

/** A step that was never begun has nothing to go back to: the run goes on where it is. */
function retried(progress: RunProgress, step: number): RunProgress {
  const begin = progress.begins[step];
  const from = begin ?? { workspace: progress.workspace, commit: progress.commit };
  const nextStep = begin ? step : progress.nextStep;
  return { ...progress, ...from, nextStep, begun: false, failure: null, replans: 0, reviews: {}, calls: {} };
}

function withAcceptedReview(progress: RunProgress, callId: string): RunProgress {
  const review = progress.reviews[callId];
  if (!review) return progress;
  return { ...progress, reviews: { ...progress.reviews, [callId]: { ...review, accepted_by_user: true } } };
}

type ModelEntry = Extract<LedgerEntry, { kind: `model.${string}` }>;
type ToolEntry = Extract<LedgerEntry, { kind: `tool.${string}` | `question.${string}` }>;

function applyModelEntry(known: ModelCall | undefined, entry: ModelEntry): ModelCall {
  const call = known ?? { kind: 'model', attempts: 0, open: null, answer: null, heard: 0 };
  switch (entry.kind) {
    case 'model.intended': {
      const { reserved_micro_usd = 0, step, agent, model, heard = 0 } = entry;
      return { ...call, attempts: call.attempts + 1, open: { reserved_micro_usd, step, agent, model }, heard };
    }
    case 'model.answered':
      return {
        ...call,
        open: null,
        // The first version of the ledger did not keep answers: such a call is made again.
        answer: entry.content ? { content: entry.content, usage: entry.usage } : null,
      };
    default:
      return { ...call, open: null };
  }
}

const NEW_TOOL_CALL: ToolCall = {
  kind: 'tool',
  attempts: 0,
  open: false,
  outside: false,
  result: null,
  uncertain: false,
  redo: false,
  question: null,
};

function applyToolEntry(known: ToolCall | undefined, entry: ToolEntry): ToolCall {
  const call = known ?? NEW_TOOL_CALL;
  switch (entry.kind) {
    case 'tool.intended':
      return { ...call, attempts: call.attempts + 1, open: true, outside: entry.outside ?? false, redo: false };
    case 'tool.finished':
      // As above: without its output the call has to be made again.
      return entry.output === undefined ? call : { ...call, open: false, result: toResult(entry) };
    case 'tool.uncertain':
      return { ...call, uncertain: true };
    case 'question.asked':
      return { ...call, question: entry.question };
    case 'question.answered':
      return { ...call, open: false, question: null, result: { ok: true, output: entry.answer } };
    case 'tool.resolved':
      return { ...call, open: false, uncertain: false, redo: entry.decision === 'redo', result: toDecided(entry) };
  }
}

function toResult({ ok, output, finished }: ToolRecord): ToolRecord {
  return { ok, output, ...(finished !== undefined && { finished }) };
}

const DECIDED: Record<Exclude<CallDecision, 'redo'>, { ok: boolean; output: string }> = {
  done: { ok: true, output: 'The call was interrupted; the user says that it was done.' },
  fail: { ok: false, output: 'The call was interrupted; the user says that it failed.' },
};

function toDecided({ decision, result }: { decision: CallDecision; result: string | null }): ToolRecord | null {
  if (decision === 'redo') return null;
  const { ok, output } = DECIDED[decision];
  return { ok, output: result === null ? output : `${output}\n${result}` };
}
