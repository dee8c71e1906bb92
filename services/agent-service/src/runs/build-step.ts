// The builder's loop for one step: ask the model, make the calls it answers with, tell it what came of them. What the
// ledger has of an interrupted step is taken from there: no answer is asked for and no call is made a second time.
import type { Review } from '@builder-ai/contracts/task';
import { findModelCall } from '../ledger/run-progress.ts';
import type { ModelAnswer, ModelMessage, TextBlock, ToolResultBlock, ToolUseBlock } from '../models/model.ts';
import { specsOf, toolsFor } from '../tools/index.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { callModel } from './model-call.ts';
import { newRepeatedCalls, type RepeatedCalls } from './repeated-calls.ts';
import { reviewStep, toWords } from './review-step.ts';
import { callPrefix, MAX_ANSWERS_PER_STEP, MAX_OUTPUT_TOKENS, StepFailed } from './run.ts';
import type { RunSession } from './run-session.ts';
import { callTool } from './tool-call.ts';

export type BuiltStep = { result: string; review: Review | null };

export type StepContext = { session: RunSession; workspace: Workspace; step: number; description: string };

type Made = { finished: BuiltStep } | { results: ToolResultBlock[] };

/** @throws StepFailed when the builder could not do it */
export async function buildStep(context: StepContext): Promise<BuiltStep> {
  const { session, step, description } = context;
  const { run, progress } = session;
  const count = progress().plan?.steps.length ?? 1;
  const ask = `The goal: ${run.goal}\nStep ${step + 1} of ${count}: ${description}`;
  const prefix = callPrefix(step, progress().attempts[step] ?? 1);
  const messages: ModelMessage[] = [];
  const repeated = newRepeatedCalls();
  let next: (TextBlock | ToolResultBlock)[] = [{ type: 'text', text: ask }];
  let told = 0;
  for (let round = 1; round <= MAX_ANSWERS_PER_STEP; round += 1) {
    const callId = `${prefix}.${round}`;
    await session.checkpoint();
    const known = findModelCall(progress(), callId);
    // What an answer was given to is not added to any more.
    const heard = known?.answer ? known.heard : progress().said.length;
    const said = progress().said.slice(told, heard);
    told = Math.max(told, heard);
    messages.push({ role: 'user', content: [...next, ...said.map(toBlock)] });
    const answer = await askBuilder(context, callId, [...messages], count, heard);
    const calls = answer.content.filter((block) => block.type === 'tool_use');
    if (calls.length === 0) throw new StepFailed(step, wordsOf(answer));
    const made = await makeCalls(context, callId, calls, repeated);
    if ('finished' in made) return made.finished;
    messages.push({ role: 'assistant', content: answer.content });
    next = made.results;
  }
  throw new StepFailed(step, `the builder gave ${MAX_ANSWERS_PER_STEP} answers without finishing it.`);
}

const toBlock = (text: string): TextBlock => ({ type: 'text', text: `The user says: ${text}` });

/** In order, one after the other: a later call may build on what an earlier one wrote. */
async function makeCalls(
  context: StepContext,
  answerId: string,
  calls: ToolUseBlock[],
  repeated: RepeatedCalls,
): Promise<Made> {
  const { session, workspace, step } = context;
  const { agent } = session.cast.builder;
  const tools = toolsFor(agent, session.deps.mcp.tools());
  const results: ToolResultBlock[] = [];
  let sentBack = false;
  for (const [index, call] of calls.entries()) {
    const add = (content: string, isError: boolean) =>
      results.push({ type: 'tool_result', tool_use_id: call.id, content, is_error: isError });
    if (sentBack) {
      add('Not done: the step is to be changed first.', true);
      continue;
    }
    const callId = `${answerId}.${index + 1}`;
    const result = await callTool({ session, workspace, step, callId, agent, tools }, call);
    if (result.finished !== undefined) {
      const review = await reviewStep(context, callId, result.finished);
      if (review?.verdict !== 'changes' || review.accepted_by_user)
        return { finished: { result: result.finished, review } };
      add(toWords(review), true);
      sentBack = true;
      continue;
    }
    const changes = tools.find((tool) => tool.spec.name === call.name)?.readOnly === false;
    if (repeated.isLoop(call, result, changes))
      throw new StepFailed(step, `the builder made the same call three times with the same result: ${call.name}.`);
    add(result.output, !result.ok);
  }
  return { results };
}

function askBuilder(
  { session, step }: StepContext,
  callId: string,
  messages: ModelMessage[],
  count: number,
  heard: number,
): Promise<ModelAnswer> {
  const { deps, run, cast } = session;
  return callModel(session, {
    step,
    callId,
    model: cast.builder,
    heard,
    request: {
      purpose: 'build',
      system: deps.prompts.builder,
      messages,
      tools: specsOf(toolsFor(cast.builder.agent, deps.mcp.tools())),
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
