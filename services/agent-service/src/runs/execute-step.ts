// Makes one step: the builder answers with tool calls until it finishes the step, then the workspace is committed.
// Each call is a ledger row before it is made and another after it.
import { messageAdded } from '@builder-ai/contracts/events/message-added';
import { runCompleted } from '@builder-ai/contracts/events/run-completed';
import { stepCompleted } from '@builder-ai/contracts/events/step-completed';
import { stepFailed } from '@builder-ai/contracts/events/step-failed';
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import type { Logger } from '@builder-ai/platform/logger';
import { entry } from '@builder-ai/platform/outbox';
import type { Deps } from '../deps.ts';
import { record } from '../ledger/ledger.ts';
import { foldLedger, type LedgerEntry, type RunProgress } from '../ledger/ledger-entry.ts';
import type { Cast } from '../models/model-choice.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { buildStep } from './build-step.ts';
import { type ClaimedRun, fenceOf, StepFailed } from './run.ts';
import { logLine } from './run-events.ts';
import { parkRun, resetRecoveries } from './run-store.ts';

export type StepContext = {
  deps: Deps;
  run: ClaimedRun;
  cast: Cast;
  workspace: Workspace;
  progress: RunProgress;
  logger: Logger;
  signal: AbortSignal;
  /** Whether the run stops after this step: it was the last one, or the job asked for one step. */
  park: boolean;
};

/** @throws StepFailed when the builder could not do it */
export async function executeStep(context: StepContext): Promise<RunProgress> {
  const { deps, run, cast, workspace, progress } = context;
  const step = progress.nextStep;
  const steps = progress.plan?.steps ?? [];
  const description = steps[step] as string;
  const { agent } = cast.builder;
  const attempt = (progress.attempts[step] ?? 0) + 1;
  const begun: LedgerEntry = { kind: 'step.begun', step, attempt, before: progress.workspace };
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries: [begun],
    events: [
      entry(stepStarted, { step, description, agent, attempt }),
      logLine('info', agent, step, `Step ${step + 1} of ${steps.length}: ${description}`),
    ],
  });
  const built = await buildStep(context, step, description).catch((error: unknown) => failStep(context, step, error));
  const after = await workspace.snapshot();
  const commit = await workspace.commit(after, progress.commit, {
    message: description,
    trailers: {
      'Builder-Step': String(step),
      'Builder-Agent': agent,
      'Builder-Model': cast.builder.name,
      'Builder-Cost-Micro-Usd': String(built.costMicroUsd),
    },
  });
  const last = step === steps.length - 1;
  const done: LedgerEntry = { kind: 'step.done', step, after, commit };
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries: [done],
    events: [
      entry(messageAdded, { role: 'assistant', agent, content: built.result }),
      entry(stepCompleted, {
        step,
        result: built.result,
        commit,
        cost_micro_usd: built.costMicroUsd,
        next_step: last ? null : step + 1,
      }),
      ...(last
        ? [logLine('info', agent, null, 'All steps are done.'), entry(runCompleted, { job_id: run.job_id })]
        : []),
    ],
    async also(tx) {
      await resetRecoveries(tx, run.task_id);
      if (context.park) await parkRun(tx, run.task_id, last ? 'ended' : 'idle', run.command_no);
    },
  });
  return foldLedger([begun, done], progress);
}

async function failStep({ deps, run }: StepContext, step: number, error: unknown): Promise<never> {
  if (!(error instanceof StepFailed)) throw error;
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries: [{ kind: 'step.failed', step, error: error.message }],
    events: [entry(stepFailed, { step, error: error.message })],
  });
  throw error;
}
