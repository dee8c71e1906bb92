// Makes one step, or goes on with it: the builder answers with tool calls until it finishes the step, then the workspace
// is committed.
import { messageAdded } from '@builder-ai/contracts/events/message-added';
import { runCompleted } from '@builder-ai/contracts/events/run-completed';
import { stepCompleted } from '@builder-ai/contracts/events/step-completed';
import { stepFailed } from '@builder-ai/contracts/events/step-failed';
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import { entry } from '@builder-ai/platform/outbox';
import { type SpanOptions, withSpan } from '@builder-ai/platform/span';
import type { Facts } from '../ledger/facts.ts';
import type { RunProgress } from '../ledger/run-progress.ts';
import { hasNoCommit } from '../workspace/snapshot.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type BuiltStep, buildStep } from './build-step.ts';
import { StepFailed } from './run.ts';
import { logLine } from './run-events.ts';
import type { RunSession } from './run-session.ts';

/**
 * @returns whether the run is parked: it was the last step, or the job asked for one step
 * @throws StepFailed when the builder could not do it
 */
export async function executeStep(session: RunSession, workspace: Workspace): Promise<boolean> {
  const step = session.progress().nextStep;
  const description = session.progress().plan?.steps[step] as string;
  if (!session.progress().begun) begin(session, step, description);
  const { agent } = session.cast.builder;
  const span: SpanOptions = {
    name: `invoke_agent ${agent}`,
    attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': agent, step },
    isExpected: (error) => !(error instanceof StepFailed),
  };
  return withSpan(span, async () => {
    const built = await buildStep({ session, workspace, step, description }).catch((error: unknown) =>
      failStep(session, step, error),
    );
    return finish(session, workspace, step, description, built);
  });
}

/** Recorded with the intent of the step's first call, which follows at once. */
function begin(session: RunSession, step: number, description: string): void {
  const { plan, attempts, workspace: before } = session.progress();
  const { agent } = session.cast.builder;
  const attempt = (attempts[step] ?? 0) + 1;
  session.hold({
    entries: [{ kind: 'step.begun', step, attempt, before }],
    events: [
      entry(stepStarted, { step, description, agent, attempt }),
      logLine('info', agent, step, `Step ${step + 1} of ${plan?.steps.length}: ${description}`),
    ],
  });
}

async function finish(
  session: RunSession,
  workspace: Workspace,
  step: number,
  description: string,
  built: BuiltStep,
): Promise<boolean> {
  const { run, cast } = session;
  const { plan, commit: parent } = session.progress();
  const cost_micro_usd = costOf(session.progress());
  const { agent, name } = cast.builder;
  // The tree that the ledger names is what the step made, whatever lies in the directory by now.
  const after = session.progress().workspace ?? (await (await workspace.snapshot(null))()).snapshot;
  const trailers = {
    'Builder-Step': String(step),
    'Builder-Agent': agent,
    'Builder-Model': name,
    'Builder-Cost-Micro-Usd': String(cost_micro_usd),
    ...(built.review && { 'Builder-Review': `${built.review.verdict} by ${built.review.agent}` }),
  };
  const committing = workspace.commit(after, parent, { message: description, trailers });
  // An answer that was paid for does not wait for the disk.
  const commit = await (hasNoCommit(after, parent) ? committing : session.flushBeside(committing));
  const last = step + 1 === plan?.steps.length;
  const next_step = last ? null : step + 1;
  const { result } = built;
  const facts: Facts = {
    entries: [{ kind: 'step.done', step, after, commit }],
    events: [
      entry(messageAdded, { role: 'assistant', agent, content: result }),
      entry(stepCompleted, { step, result, commit, cost_micro_usd, next_step }),
      ...(last
        ? [logLine('info', agent, null, 'All steps are done.'), entry(runCompleted, { job_id: run.job_id })]
        : []),
    ],
  };
  const parked = await recordEnd(session, facts, last);
  await workspace.showCommit(commit);
  return parked;
}

/** @returns whether the run is parked */
async function recordEnd(session: RunSession, facts: Facts, last: boolean): Promise<boolean> {
  if (last || session.run.until === 'step') {
    // A step that is done is done, whatever came; only a run that has more to do can still be stopped.
    do {
      if (await session.park(last ? 'ended' : 'idle', facts)) return true;
    } while (last || !session.isToStop());
  }
  await session.record(facts);
  return false;
}

/** What the step's answers cost, its reviews among them. */
function costOf({ calls }: RunProgress): number {
  return Object.values(calls).reduce(
    (sum, call) => sum + (call.kind === 'model' ? (call.answer?.usage.cost_micro_usd ?? 0) : 0),
    0,
  );
}

async function failStep(session: RunSession, step: number, error: unknown): Promise<never> {
  if (!(error instanceof StepFailed)) throw error;
  const { message, limit } = error;
  await session.record({
    entries: [{ kind: 'step.failed', step, error: message, ...(limit && { limit }) }],
    events: [entry(stepFailed, { step, error: message })],
  });
  throw error;
}
