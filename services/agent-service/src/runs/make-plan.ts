// Makes a run's plan: by the planner, and the static plan where it cannot be asked or answers without one.
import { messageAdded } from '@builder-ai/contracts/events/message-added';
import { planCreated } from '@builder-ai/contracts/events/plan-created';
import { entry } from '@builder-ai/platform/outbox';
import { type Plan, planRequest, toPlan } from '../agents/planner.ts';
import type { Facts } from '../ledger/facts.ts';
import type { ModelAnswer } from '../models/model.ts';
import { callModel } from './model-call.ts';
import { logLine } from './run-events.ts';
import type { RunSession } from './run-session.ts';
import { RunWaits } from './run-waits.ts';

const CALL_ID = 'plan';

export async function makePlan(session: RunSession): Promise<void> {
  const { run, deps, cast, logger } = session;
  const { planner } = cast;
  let answer: ModelAnswer | null = null;
  let recorded = false;
  const facts = (made: ModelAnswer): Facts => {
    recorded = true;
    return planFacts(toPlan(planner, run.goal, made));
  };
  try {
    const request = planRequest(deps.prompts.planner, run.goal);
    answer = await callModel(session, { step: null, callId: CALL_ID, model: planner, request, facts });
  } catch (error) {
    if (!(error instanceof RunWaits) || error.waiting.code !== 'AI_UNAVAILABLE') throw error;
    logger.error('The planner failed: the static plan is used', { agent: planner.agent, error });
  }
  if (!recorded) await session.record(planFacts(toPlan(planner, run.goal, answer)));
}

function planFacts(plan: Plan): Facts {
  const { steps, source, agent } = plan;
  const list = steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
  return {
    entries: [{ kind: 'plan.made', agent, source, steps }],
    events: [
      entry(planCreated, { agent, source, steps: steps.map((description) => ({ description })) }),
      entry(messageAdded, { role: 'assistant', agent, content: `The plan:\n${list}` }),
      logLine('info', agent, null, `Planned ${steps.length} steps (${source}).`),
    ],
  };
}
