// How far a run is: a pure fold of its ledger.
import type { CallDecision } from '@builder-ai/contracts/task';
import type { ModelAnswer } from '../models/model.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { LedgerEntry, ToolRecord } from './ledger-entry.ts';

export type ModelCall = {
  kind: 'model';
  attempts: number;
  /** Set while an attempt is open: it was sent, or was about to be, and nobody has recorded what came of it. */
  open: { reserved_micro_usd: number } | null;
  answer: ModelAnswer | null;
};

export type ToolCall = {
  kind: 'tool';
  attempts: number;
  open: boolean;
  result: ToolRecord | null;
  /** Set while a user has to say what became of the call. */
  uncertain: boolean;
  /** A user's decision that the call be made again. */
  redo: boolean;
};

export type RunProgress = {
  plan: { steps: string[]; source: string; agent: string } | null;
  /** The first step that is not done; equals the number of steps at the end. */
  nextStep: number;
  /** Whether `nextStep` was begun: it is gone on with, not begun again. */
  begun: boolean;
  /** How often each step was begun. */
  attempts: number[];
  /** The workspace after the last finished call; null while nothing was made. */
  workspace: Snapshot | null;
  /** The last commit, parent of the next. */
  commit: string | null;
  /** The calls of the plan and of the step that is open, by call id. */
  calls: Readonly<Record<string, ModelCall | ToolCall>>;
};

export const NO_PROGRESS: RunProgress = {
  plan: null,
  nextStep: 0,
  begun: false,
  attempts: [],
  workspace: null,
  commit: null,
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
      return { ...progress, attempts, begun: true, workspace: entry.before, calls: {} };
    }
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
      return { ...progress, begun: false };
    case 'model.intended':
    case 'model.answered':
    case 'model.unknown':
    case 'model.failed':
      return withCall(progress, entry.call_id, applyModelEntry(findModelCall(progress, entry.call_id), entry));
    case 'tool.intended':
    case 'tool.finished':
    case 'tool.uncertain':
    case 'tool.resolved': {
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

type ModelEntry = Extract<LedgerEntry, { kind: `model.${string}` }>;
type ToolEntry = Extract<LedgerEntry, { kind: `tool.${string}` }>;

function applyModelEntry(known: ModelCall | undefined, entry: ModelEntry): ModelCall {
  const call = known ?? { kind: 'model', attempts: 0, open: null, answer: null };
  switch (entry.kind) {
    case 'model.intended': {
      const reserved_micro_usd = entry.reserved_micro_usd ?? 0;
      return { ...call, attempts: call.attempts + 1, open: { reserved_micro_usd } };
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

function applyToolEntry(known: ToolCall | undefined, entry: ToolEntry): ToolCall {
  const call = known ?? { kind: 'tool', attempts: 0, open: false, result: null, uncertain: false, redo: false };
  switch (entry.kind) {
    case 'tool.intended':
      return { ...call, attempts: call.attempts + 1, open: true, redo: false };
    case 'tool.finished':
      // As above: without its output the call has to be made again.
      return entry.output === undefined ? call : { ...call, open: false, result: toResult(entry) };
    case 'tool.uncertain':
      return { ...call, uncertain: true };
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
