// Drives a claimed run from where its ledger says it is: plan, then step after step, until its job is done.
import { runFailed } from '@builder-ai/contracts/events/run-failed';
import { runResumed } from '@builder-ai/contracts/events/run-resumed';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import type { Logger } from '@builder-ai/platform/logger';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { type Cast, chooseModels } from '../models/model-choice.ts';
import { openWorkspace } from '../workspace/workspace.ts';
import { executeStep } from './execute-step.ts';
import { makePlan } from './make-plan.ts';
import { type ClaimedRun, MAX_RECOVERIES, StepFailed } from './run.ts';
import { logLine } from './run-events.ts';
import { openSession, type RunSession } from './run-session.ts';
import type { RunSignals } from './run-signals.ts';
import { RunWaits, type Waiting } from './run-waits.ts';

/**
 * @throws LeaseLost when another worker has taken the run over, HandedOver when the process is about to stop; any other
 *   error leaves the run as it is, for the next claim
 */
export async function executeRun(deps: Deps, run: ClaimedRun, logger: Logger, signals: RunSignals): Promise<void> {
  const { cast, missing } = findCast(deps, run);
  const session = await openSession(deps, run, cast, logger, signals);
  try {
    if (missing) throw missing;
    await drive(session);
  } catch (error) {
    if (error instanceof RunWaits) await wait(session, error.waiting);
    else if (error instanceof StepFailed) await fail(session, error.message);
    else {
      // What the last call brought is not asked for again by whoever goes on.
      await session.flush();
      throw error;
    }
  }
}

/** Who plays which part; a run whose models are not there is told so and waits. */
function findCast(deps: Deps, run: ClaimedRun): { cast: Cast; missing?: RunWaits } {
  try {
    return { cast: chooseModels(deps.models, run.agent_mode ?? deps.defaultMode) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { template } = deps.models;
    const missing = new RunWaits({ waiting_for: 'input', reason: error.message, code: error.code });
    return { cast: { planner: template, builder: template }, missing };
  }
}

async function drive(session: RunSession): Promise<void> {
  const { deps, run } = session;
  if (run.recoveries > MAX_RECOVERIES) {
    const error = `The run was taken over ${MAX_RECOVERIES} times without finishing a call; everything made so far is kept.`;
    await fail(session, error);
    return;
  }
  announce(session);
  if (!session.progress().plan) await makePlan(session);
  const steps = session.progress().plan?.steps ?? [];
  const opening = openWorkspace(deps.workspaceRoot, run.task_id, run.epoch, session.progress().workspace);
  // Awaited by the first step; a failure that nobody waits for yet must not end the process.
  opening.catch(() => {});
  while (session.progress().nextStep < steps.length) {
    session.checkpoint();
    if (await executeStep(session, opening)) return;
  }
}

function announce({ run, cast, hold }: RunSession): void {
  const { job_id, epoch } = run;
  const events = run.taken_over
    ? [
        entry(runResumed, { job_id, epoch }),
        logLine('warning', null, null, 'The worker of this run went away; another one goes on with it.'),
      ]
    : [entry(runStarted, { job_id, agent: cast.builder.agent })];
  hold({ entries: [], events });
}

/** The run stops and can be run again when what it waits for is there. */
async function wait(session: RunSession, { entries = [], reason, ...waiting }: Waiting): Promise<void> {
  const { job_id } = session.run;
  await session.park('idle', {
    entries,
    events: [logLine('error', null, null, reason), entry(runWaiting, { job_id, reason, ...waiting })],
  });
}

async function fail(session: RunSession, error: string): Promise<void> {
  await session.park('ended', {
    entries: [{ kind: 'run.failed', error }],
    events: [logLine('error', null, null, error), entry(runFailed, { job_id: session.run.job_id, error })],
  });
}
