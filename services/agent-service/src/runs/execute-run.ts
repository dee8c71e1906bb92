// Drives a claimed run from where its ledger says it is: plan, then step after step, until its job is done.
import { runCancelled } from '@builder-ai/contracts/events/run-cancelled';
import { runCompleted } from '@builder-ai/contracts/events/run-completed';
import { runFailed } from '@builder-ai/contracts/events/run-failed';
import { runResumed } from '@builder-ai/contracts/events/run-resumed';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import type { Logger } from '@builder-ai/platform/logger';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import type { RunDeps } from '../deps.ts';
import { fitsProject } from '../ledger/budget.ts';
import { CommandArrived, type Facts } from '../ledger/facts.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { type Cast, chooseModels } from '../models/model-choice.ts';
import { isNothing } from '../workspace/snapshot.ts';
import { newWorkspace } from '../workspace/workspace.ts';
import { askForApproval } from './ask-for-approval.ts';
import { changePlan } from './change-plan.ts';
import { executeStep } from './execute-step.ts';
import { makePlan } from './make-plan.ts';
import { settleOpenCalls } from './model-call.ts';
import { type ClaimedRun, MAX_RECOVERIES, StepFailed } from './run.ts';
import { logLine } from './run-events.ts';
import { openSession, type RunSession } from './run-session.ts';
import { type RunSignals, RunStopped } from './run-signals.ts';
import { noteWaitForProject } from './run-store.ts';
import { RunWaits, type Waiting } from './run-waits.ts';

/**
 * @throws LeaseLost when another worker has taken the run over, HandedOver when the process is about to stop; any other
 *   error leaves the run as it is, for the next claim
 */
export async function executeRun(deps: RunDeps, run: ClaimedRun, logger: Logger, signals: RunSignals): Promise<void> {
  const { cast, missing } = findCast(deps, run);
  const session = await openSession(deps, run, cast, logger, signals);
  const announce = announcerOf(session);
  // What the user says while the run is about to wait may be what it waits for: then it goes on.
  while (!(await driveUntilItStops(session, announce, missing)));
}

/** @returns false when the run would have waited, and a command came at that moment */
async function driveUntilItStops(
  session: RunSession,
  announce: () => void,
  missing: RunWaits | undefined,
): Promise<boolean> {
  try {
    await session.checkpoint();
    if (missing) throw missing;
    await drive(session, announce);
    return true;
  } catch (error) {
    if (error instanceof RunWaits) return wait(session, error.waiting);
    if (error instanceof RunStopped) return error.how === 'cancel' ? cancel(session) : pause(session);
    if (error instanceof StepFailed) return fail(session, error.message, error.limit);
    // What the last call brought is not asked for again by whoever goes on.
    await session.flush();
    throw error;
  }
}

/** Who plays which part; a run whose models are not there is told so and waits. */
function findCast(deps: RunDeps, run: ClaimedRun): { cast: Cast; missing?: RunWaits } {
  if (deps.cast) return { cast: deps.cast() };
  try {
    return { cast: chooseModels(deps.models, run.agent_mode ?? deps.defaultMode, deps.roles) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { template } = deps.models;
    const missing = new RunWaits({ waiting_for: 'input', reason: error.message, code: error.code });
    return { cast: { planner: template, builder: template }, missing };
  }
}

async function drive(session: RunSession, announce: () => void): Promise<void> {
  const { deps, run, cast } = session;
  if (run.recoveries > MAX_RECOVERIES) {
    const error = `The run was taken over ${MAX_RECOVERIES} times without finishing a call; everything made so far is kept.`;
    await fail(session, error, 'recoveries');
    return;
  }
  announce();
  if (!session.progress().plan) await makePlan(session);
  const made = session.progress().workspace;
  const workspace = newWorkspace(deps.workspaceRoot, run.task_id, run.epoch, made);
  // While the model is asked. A failure is met by the first call that needs it; nobody waits for it yet.
  if (!isNothing(made)) workspace.open().catch(() => {});
  while (session.progress().nextStep < stepCount(session)) {
    await session.checkpoint();
    askForApproval(session);
    try {
      goOnFromFailure(session);
      if (await executeStep(session, workspace)) return;
    } catch (error) {
      if (!(error instanceof StepFailed) || cast.planner.agent === 'template') throw error;
      if (!(await changePlan(session, error))) throw error;
    }
  }
  // A fork of the parent's end, or one whose user left nothing to do.
  await end(session, { entries: [], events: [entry(runCompleted, { job_id: run.job_id })] });
}

/**
 * A worker that died between a step's failure and what becomes of it: the step is not made again for that.
 * @throws StepFailed
 */
function goOnFromFailure({ progress }: RunSession): void {
  const { failure, nextStep } = progress();
  if (failure !== null) throw StepFailed.again(nextStep, failure);
}

const stepCount = (session: RunSession) => session.progress().plan?.steps.length ?? 0;

/** @returns what says that the run is driven, once, however often it is about to wait and goes on */
function announcerOf({ run, cast, hold }: RunSession): () => void {
  const { job_id, epoch } = run;
  let isTold = false;
  const events = run.taken_over
    ? [
        entry(runResumed, { job_id, epoch }),
        logLine('warning', null, null, 'The worker of this run went away; another one goes on with it.'),
      ]
    : [entry(runStarted, { job_id, agent: cast.builder.agent })];
  return () => {
    if (!isTold) hold({ entries: [], events });
    isTold = true;
  };
}

/** The run stops and can be run again when what it waits for is there. */
function wait(session: RunSession, { entries = [], reason, needsOfProject, ...waiting }: Waiting): Promise<boolean> {
  const { job_id, owner_id, task_id } = session.run;
  const level = waiting.code ? 'error' : 'info';
  return session.park('idle', {
    entries,
    events: [logLine(level, null, null, reason), entry(runWaiting, { job_id, reason, ...waiting })],
    ...(needsOfProject !== undefined && {
      // A budget that was raised meanwhile is not missed: whoever raises it sees this run wait, or this sees it raised.
      before: async (tx) => {
        if (await fitsProject(tx, owner_id, needsOfProject)) throw new CommandArrived();
      },
      also: (tx) => noteWaitForProject(tx, task_id),
    }),
  });
}

function pause(session: RunSession): Promise<boolean> {
  return wait(session, { waiting_for: 'resume', reason: 'Paused.', entries: [{ kind: 'run.paused' }] });
}

/** Commands that come at the end have nothing left to change. */
async function end(session: RunSession, facts: Facts): Promise<true> {
  while (!(await session.park('ended', facts)));
  return true;
}

async function cancel(session: RunSession): Promise<true> {
  const { job_id } = session.run;
  // A call that was stopped may have been paid.
  settleOpenCalls(session);
  return end(session, {
    entries: [{ kind: 'run.cancelled' }],
    events: [
      logLine('warning', null, null, 'Cancelled; everything made so far is kept.'),
      entry(runCancelled, { job_id }),
    ],
  });
}

type Limit = Extract<LedgerEntry, { kind: 'run.failed' }>['limit'];

function fail(session: RunSession, error: string, limit?: Limit): Promise<true> {
  // A step that the limit ended says so already.
  const isTold = session.progress().failure === error;
  return end(session, {
    entries: [{ kind: 'run.failed', error, ...(limit && !isTold && { limit }) }],
    events: [logLine('error', null, null, error), entry(runFailed, { job_id: session.run.job_id, error })],
  });
}
