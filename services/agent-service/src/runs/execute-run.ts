// Drives a claimed run from where its ledger says it is: plan, then step after step, until its job is done.

import { messageAdded } from '@builder-ai/contracts/events/message-added';
import { planCreated } from '@builder-ai/contracts/events/plan-created';
import { runFailed } from '@builder-ai/contracts/events/run-failed';
import { runResumed } from '@builder-ai/contracts/events/run-resumed';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import type { Logger } from '@builder-ai/platform/logger';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import { makePlan } from '../agents/planner.ts';
import type { Deps } from '../deps.ts';
import { LeaseLost, readLedger, record } from '../ledger/ledger.ts';
import { foldLedger, type LedgerEntry, type RunProgress } from '../ledger/ledger-entry.ts';
import { type Cast, chooseModels } from '../models/model-choice.ts';
import { openWorkspace } from '../workspace/workspace.ts';
import { executeStep } from './execute-step.ts';
import { type ClaimedRun, fenceOf, MAX_RECOVERIES, StepFailed } from './run.ts';
import { logLine, usageEvent } from './run-events.ts';
import { parkRun } from './run-store.ts';

/**
 * @param signal aborted when the process stops or the lease is lost: the run is left as it is, for the next claim
 * @throws LeaseLost when another worker has taken the run over
 */
export async function executeRun(deps: Deps, run: ClaimedRun, logger: Logger, signal: AbortSignal): Promise<void> {
  try {
    await drive(deps, run, logger, signal);
  } catch (error) {
    if (error instanceof LeaseLost || signal.aborted) throw error;
    if (error instanceof AppError && error.code === 'AI_UNAVAILABLE') await wait(deps, run, error);
    else if (error instanceof StepFailed) await fail(deps, run, error.message);
    else throw error;
  }
}

async function drive(deps: Deps, run: ClaimedRun, logger: Logger, signal: AbortSignal): Promise<void> {
  if (run.recoveries > MAX_RECOVERIES) {
    await fail(
      deps,
      run,
      `The run was taken over ${MAX_RECOVERIES} times without finishing a step; everything made so far is kept.`,
    );
    return;
  }
  const cast = chooseModels(deps.models, run.agent_mode ?? deps.defaultMode);
  let progress = foldLedger(await readLedger(deps.db, run.task_id));
  await announce(deps, run, cast);
  if (!progress.plan) progress = await plan(deps, run, cast, progress, logger, signal);
  const steps = progress.plan?.steps ?? [];
  const workspace = await openWorkspace(deps.workspaceRoot, run.task_id, run.epoch, progress.workspace);
  let parked = false;
  while (!parked && progress.nextStep < steps.length) {
    signal.throwIfAborted();
    const last = progress.nextStep === steps.length - 1;
    const park = last || run.until === 'step';
    progress = await executeStep({ deps, run, cast, workspace, progress, logger, signal, park });
    parked = park;
  }
}

async function announce(deps: Deps, run: ClaimedRun, cast: Cast): Promise<void> {
  const { job_id, epoch } = run;
  const events = run.taken_over
    ? [
        entry(runResumed, { job_id, epoch }),
        logLine('warning', null, null, 'The worker of this run went away; another one goes on with it.'),
      ]
    : [entry(runStarted, { job_id, agent: cast.builder.agent })];
  await record(deps.db, deps.outbox, fenceOf(run), { entries: [], events });
}

async function plan(
  deps: Deps,
  run: ClaimedRun,
  cast: Cast,
  progress: RunProgress,
  logger: Logger,
  signal: AbortSignal,
): Promise<RunProgress> {
  const { agent } = cast.planner;
  await record(deps.db, deps.outbox, fenceOf(run), { entries: [{ kind: 'plan.intended', agent }] });
  const made = await makePlan({ model: cast.planner, prompt: deps.prompts.planner, goal: run.goal, signal, logger });
  const list = made.steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
  const entries: LedgerEntry[] = [{ kind: 'plan.made', agent, source: made.source, steps: made.steps }];
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries,
    events: [
      entry(planCreated, { agent, source: made.source, steps: made.steps.map((description) => ({ description })) }),
      entry(messageAdded, { role: 'assistant', agent, content: `The plan:\n${list}` }),
      ...(made.usage ? [usageEvent(null, cast.planner, made.usage)] : []),
      logLine('info', agent, null, `Planned ${made.steps.length} steps (${made.source}).`),
    ],
  });
  return foldLedger(entries, progress);
}

/** The run stops and can be run again when the model is there. */
async function wait(deps: Deps, run: ClaimedRun, error: AppError): Promise<void> {
  const { job_id } = run;
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries: [],
    events: [
      logLine('error', null, null, error.message),
      entry(runWaiting, { job_id, waiting_for: 'input' as const, reason: error.message, code: error.code }),
    ],
    also: (tx, locked) => parkRun(tx, run.task_id, 'idle', locked.command_no),
  });
}

async function fail(deps: Deps, run: ClaimedRun, error: string): Promise<void> {
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries: [{ kind: 'run.failed', error }],
    events: [logLine('error', null, null, error), entry(runFailed, { job_id: run.job_id, error })],
    also: (tx, locked) => parkRun(tx, run.task_id, 'ended', locked.command_no),
  });
}
