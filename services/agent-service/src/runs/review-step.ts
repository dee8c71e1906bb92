// The other model's look at a finished step. A review that cannot be had is said to be none: it never counts as passed.
import { messageAdded } from '@builder-ai/contracts/events/message-added';
import { reviewGiven } from '@builder-ai/contracts/events/review-given';
import type { Review } from '@builder-ai/contracts/task';
import { entry } from '@builder-ai/platform/outbox';
import type { Model, ModelMessage, ToolResultBlock } from '../models/model.ts';
import { type Verdict, verdictSchema } from '../tools/give-verdict.ts';
import { reviewTools, specsOf } from '../tools/index.ts';
import type { StepContext } from './build-step.ts';
import { callModel } from './model-call.ts';
import { isDisputed } from './run.ts';
import { RunWaits } from './run-waits.ts';
import { callTool } from './tool-call.ts';

const MAX_ANSWERS = 8;
const MAX_OUTPUT_TOKENS = 8_192;
/** What the reviewer is shown of the changes; it can read the files for the rest. */
const MAX_DIFF_LENGTH = 60_000;

/**
 * @param callId the call that finished the step
 * @returns null when nobody reviews
 * @throws RunWaits when the reviewer has asked for changes often enough: the user decides
 */
export async function reviewStep(context: StepContext, callId: string, result: string): Promise<Review | null> {
  const { session } = context;
  const { reviewer } = session.cast;
  if (!reviewer) return null;
  const known = session.progress().reviews[callId];
  const review = known ?? (await makeReview(context, reviewer, callId, result));
  if (!known) tell(context, callId, review);
  if (!isDisputed(review)) return review;
  const reason = `The reviewer still wants changes after ${review.round} rounds. Approve the step as it is, or retry it. ${review.summary}`;
  throw new RunWaits({ waiting_for: 'approval', reason });
}

/** A review in words: for the builder, and for whoever reads what the agents said. */
export function toWords({ verdict, summary, reasons }: Review): string {
  const title = { approved: 'Approved', changes: 'Changes are wanted', unreviewed: 'Unreviewed' }[verdict];
  const list = reasons.map(({ file, line, reason }) => {
    const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}: `;
    return `- ${place}${reason}`;
  });
  return [`${title}: ${summary}`, ...list].join('\n');
}

async function makeReview(context: StepContext, reviewer: Model, callId: string, result: string): Promise<Review> {
  const round = Object.keys(context.session.progress().reviews).length + 1;
  const review = (verdict: Review['verdict'], summary: string, reasons: Review['reasons'] = []): Review => ({
    round,
    agent: reviewer.agent,
    verdict,
    summary,
    reasons,
    accepted_by_user: false,
  });
  try {
    const verdict = await askReviewer(context, reviewer, callId, result);
    if (!verdict) return review('unreviewed', 'The reviewer gave no verdict.');
    const reasons = verdict.reasons.map(({ file = null, line = null, reason }) => ({ file, line, reason }));
    return review(verdict.verdict === 'approve' ? 'approved' : 'changes', verdict.summary, reasons);
  } catch (error) {
    if (!(error instanceof RunWaits) || error.waiting.code !== 'AI_UNAVAILABLE') throw error;
    return review('unreviewed', error.message);
  }
}

async function askReviewer(
  context: StepContext,
  reviewer: Model,
  finishId: string,
  result: string,
): Promise<Verdict | undefined> {
  const { session, workspace, step } = context;
  const { deps, run, progress } = session;
  const messages: ModelMessage[] = [
    { role: 'user', content: [{ type: 'text', text: await toQuestion(context, result) }] },
  ];
  const count = progress().plan?.steps.length ?? 1;
  for (let answered = 1; answered <= MAX_ANSWERS; answered += 1) {
    const callId = `${finishId}.v${answered}`;
    const answer = await callModel(session, {
      step,
      callId,
      model: reviewer,
      request: {
        purpose: 'review',
        system: deps.prompts.reviewer,
        messages: [...messages],
        tools: specsOf(reviewTools),
        subject: { goal: run.goal, step: { index: step, count } },
        maxOutputTokens: MAX_OUTPUT_TOKENS,
      },
    });
    const calls = answer.content.filter((block) => block.type === 'tool_use');
    const results: ToolResultBlock[] = [];
    for (const [index, call] of calls.entries()) {
      const at = {
        session,
        workspace,
        step,
        callId: `${callId}.${index + 1}`,
        agent: reviewer.agent,
        tools: reviewTools,
      };
      const { ok, output } = await callTool(at, call);
      if (ok && call.name === 'give_verdict') return verdictSchema.validate(call.input).value as Verdict;
      results.push({ type: 'tool_result', tool_use_id: call.id, content: output, is_error: !ok });
    }
    messages.push(
      { role: 'assistant', content: answer.content },
      {
        role: 'user',
        content: calls.length > 0 ? results : [{ type: 'text', text: 'Say it by calling give_verdict.' }],
      },
    );
  }
  return undefined;
}

async function toQuestion({ session, workspace, step, description }: StepContext, result: string): Promise<string> {
  const { begins, workspace: after } = session.progress();
  // The answer that finished the step does not wait for git.
  const diff = await session.flushBeside(workspace.diff(begins[step]?.workspace ?? null, after));
  const shown = diff.length > MAX_DIFF_LENGTH ? `${diff.slice(0, MAX_DIFF_LENGTH)}\n… cut off …` : diff;
  return [
    `The goal: ${session.run.goal}`,
    `The step: ${description}`,
    `The builder says: ${result}`,
    `What changed:\n${shown === '' ? 'nothing' : shown}`,
  ].join('\n\n');
}

function tell({ session, step }: StepContext, callId: string, review: Review): void {
  session.hold({
    entries: [{ kind: 'review.given', step, call_id: callId, review }],
    events: [
      entry(reviewGiven, { step, ...review }),
      entry(messageAdded, { role: 'reviewer', agent: review.agent, content: toWords(review) }),
    ],
  });
}
