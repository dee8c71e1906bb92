// The kinds of ledger rows. They are data, never code: a new version of the product goes on with an old run.
import type { Snapshot } from '../workspace/snapshot.ts';

export type LedgerEntry =
  | { kind: 'plan.intended'; agent: string }
  | { kind: 'plan.made'; agent: string; source: string; steps: string[] }
  /** `before`: the workspace the step starts from; a step that is interrupted is made again on it. */
  | { kind: 'step.begun'; step: number; attempt: number; before: Snapshot | null }
  | { kind: 'model.intended'; step: number; call_id: string; agent: string }
  | { kind: 'model.answered'; step: number; call_id: string; agent: string }
  | { kind: 'tool.intended'; step: number; call_id: string; tool: string }
  | { kind: 'tool.finished'; step: number; call_id: string; tool: string; ok: boolean }
  | { kind: 'step.done'; step: number; after: Snapshot; commit: string }
  | { kind: 'step.failed'; step: number; error: string }
  | { kind: 'run.failed'; error: string };

export type RunProgress = {
  plan: { steps: string[]; source: string; agent: string } | null;
  /** The first step that is not done; equals the number of steps at the end. */
  nextStep: number;
  /** How often each step was begun. */
  attempts: number[];
  /** The workspace after the last finished step; null while nothing was made. */
  workspace: Snapshot | null;
  /** The last commit, parent of the next. */
  commit: string | null;
};

export const NO_PROGRESS: RunProgress = { plan: null, nextStep: 0, attempts: [], workspace: null, commit: null };

/** How far a run is: a pure fold of its ledger. */
export function foldLedger(entries: readonly LedgerEntry[], from: RunProgress = NO_PROGRESS): RunProgress {
  return entries.reduce(applyEntry, from);
}

function applyEntry(progress: RunProgress, entry: LedgerEntry): RunProgress {
  switch (entry.kind) {
    case 'plan.made':
      return { ...progress, plan: { steps: entry.steps, source: entry.source, agent: entry.agent } };
    case 'step.begun': {
      const attempts = [...progress.attempts];
      attempts[entry.step] = entry.attempt;
      return { ...progress, attempts };
    }
    case 'step.done':
      return { ...progress, nextStep: entry.step + 1, workspace: entry.after, commit: entry.commit };
    default:
      return progress;
  }
}
