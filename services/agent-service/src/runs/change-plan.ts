// What becomes of the plan when a step failed: the planner may find another way.
import { messageAdded } from '@builder-ai/contracts/events/message-added';
import { planUpdated } from '@builder-ai/contracts/events/plan-updated';
import { entry } from '@builder-ai/platform/outbox';
import { changeRequest, readSteps } from '../agents/planner.ts';
import type { Facts } from '../ledger/facts.ts';
import type { ModelAnswer } from '../models/model.ts';
import { callModel } from './model-call.ts';
import { MAX_REPLANS, type StepFailed } from './run.ts';
import type { RunSession } from './run-session.ts';

/**
 * Asks the planner for other steps in place of the failed one and those after it.
 * @returns false when there is none: the run fails then
 */
export async function changePlan(session: RunSession, failed: StepFailed): Promise<boolean> {
  const { deps, run, cast, progress } = session;
  const { plan, nextStep: from, replans, attempts } = progress();
  if (!plan || replans >= MAX_REPLANS || failed.limit) return false;
  let changed = false;
  const { agent } = cast.planner;
  const facts = (answer: ModelAnswer): Facts => {
    const steps = readSteps(answer);
    changed = steps.length > 0;
    if (!changed) return { entries: [] };
    const list = steps.map((step, index) => `${from + index + 1}. ${step}`).join('\n');
    return {
      entries: [{ kind: 'plan.changed', agent, from, steps }],
      events: [
        entry(planUpdated, { agent, from, steps: steps.map((description) => ({ description })) }),
        entry(messageAdded, { role: 'assistant', agent, content: `Another plan, as ${failed.message}\n${list}` }),
      ],
    };
  };
  const request = changeRequest(deps.prompts.planner, run.goal, plan.steps, from, failed.message);
  const callId = `plan.${from}.${attempts[from] ?? 1}`;
  await callModel(session, { step: null, callId, model: cast.planner, request, facts });
  return changed;
}
