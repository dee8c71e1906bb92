// The builder's loop for one step: ask the model, make the calls it answers with, tell it what came of them. What the
// ledger has of an interrupted step is taken from there: no answer is asked for and no call is made a second time.
import type { ModelAnswer, ModelMessage, ToolResultBlock } from '../models/model.ts';
import { toolSpecsFor } from '../tools/index.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { callModel } from './model-call.ts';
import { MAX_ANSWERS_PER_STEP, MAX_OUTPUT_TOKENS, StepFailed } from './run.ts';
import type { RunSession } from './run-session.ts';
import { callTool } from './tool-call.ts';

export type BuiltStep = { result: string; costMicroUsd: number };

/** @throws StepFailed when the builder could not do it */
export async function buildStep(
  session: RunSession,
  workspace: Workspace,
  step: number,
  description: string,
): Promise<BuiltStep> {
  const { run } = session;
  const count = session.progress().plan?.steps.length ?? 1;
  const ask = `The goal: ${run.goal}\nStep ${step + 1} of ${count}: ${description}`;
  const messages: ModelMessage[] = [{ role: 'user', content: [{ type: 'text', text: ask }] }];
  let costMicroUsd = 0;
  for (let round = 1; round <= MAX_ANSWERS_PER_STEP; round += 1) {
    const answer = await askBuilder(session, step, `${step}.${round}`, [...messages], count);
    costMicroUsd += answer.usage.cost_micro_usd;
    const calls = answer.content.filter((block) => block.type === 'tool_use');
    if (calls.length === 0) throw new StepFailed(step, wordsOf(answer));
    const results: ToolResultBlock[] = [];
    // In order, one after the other: a later call may build on what an earlier one wrote.
    for (const [index, call] of calls.entries()) {
      const callId = `${step}.${round}.${index + 1}`;
      const result = await callTool({ session, workspace, step, callId }, call);
      if (result.finished !== undefined) return { result: result.finished, costMicroUsd };
      results.push({ type: 'tool_result', tool_use_id: call.id, content: result.output, is_error: !result.ok });
    }
    messages.push({ role: 'assistant', content: answer.content }, { role: 'user', content: results });
  }
  throw new StepFailed(step, `the builder gave ${MAX_ANSWERS_PER_STEP} answers without finishing it.`);
}

function askBuilder(
  session: RunSession,
  step: number,
  callId: string,
  messages: ModelMessage[],
  count: number,
): Promise<ModelAnswer> {
  const { deps, run, cast } = session;
  return callModel(session, {
    step,
    callId,
    model: cast.builder,
    request: {
      purpose: 'build',
      system: deps.prompts.builder,
      messages,
      tools: toolSpecsFor(cast.builder.agent),
      subject: { goal: run.goal, step: { index: step, count } },
      maxOutputTokens: MAX_OUTPUT_TOKENS,
    },
  });
}

function wordsOf(answer: ModelAnswer): string {
  const text = answer.content
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('\n')
    .trim();
  return text === '' ? 'the builder answered nothing.' : text.replace(/^The step failed: /, '');
}
