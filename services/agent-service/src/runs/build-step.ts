// The builder's loop for one step: ask the model, make the calls it answers with, tell it what came of them.
import { fileChanged } from '@builder-ai/contracts/events/file-changed';
import { toolCalled } from '@builder-ai/contracts/events/tool-called';
import { toolFinished } from '@builder-ai/contracts/events/tool-finished';
import { entry } from '@builder-ai/platform/outbox';
import { record } from '../ledger/ledger.ts';
import type { ModelAnswer, ModelMessage, ToolResultBlock, ToolUseBlock } from '../models/model.ts';
import type { ToolResult } from '../tools/define-tool.ts';
import { tools } from '../tools/index.ts';
import type { StepContext } from './execute-step.ts';
import { fenceOf, MAX_ANSWERS_PER_STEP, StepFailed } from './run.ts';
import { logLine, usageEvent } from './run-events.ts';

export type BuiltStep = { result: string; costMicroUsd: number };

/** What of a tool's output goes into events; the whole of it goes to the model. */
const SHOWN_OUTPUT_LENGTH = 4_000;

export async function buildStep(context: StepContext, step: number, description: string): Promise<BuiltStep> {
  const { run, progress, signal } = context;
  const count = progress.plan?.steps.length ?? 1;
  const ask = `The goal: ${run.goal}\nStep ${step + 1} of ${count}: ${description}`;
  const messages: ModelMessage[] = [{ role: 'user', content: [{ type: 'text', text: ask }] }];
  let costMicroUsd = 0;
  for (let round = 1; round <= MAX_ANSWERS_PER_STEP; round += 1) {
    signal.throwIfAborted();
    const answer = await askModel(context, step, `${step}.${round}`, messages, count);
    costMicroUsd += answer.usage.cost_micro_usd;
    const calls = answer.content.filter((block) => block.type === 'tool_use');
    if (calls.length === 0) throw new StepFailed(step, wordsOf(answer));
    const results: ToolResultBlock[] = [];
    for (const [index, call] of calls.entries()) {
      const result = await callTool(context, step, `${step}.${round}.${index + 1}`, call);
      if (result.finished !== undefined) return { result: result.finished, costMicroUsd };
      results.push({ type: 'tool_result', tool_use_id: call.id, content: result.output, is_error: !result.ok });
    }
    messages.push({ role: 'assistant', content: answer.content }, { role: 'user', content: results });
  }
  throw new StepFailed(step, `the builder gave ${MAX_ANSWERS_PER_STEP} answers without finishing it.`);
}

function wordsOf(answer: ModelAnswer): string {
  const text = answer.content
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('\n')
    .trim();
  return text === '' ? 'the builder answered nothing.' : text.replace(/^The step failed: /, '');
}

async function askModel(
  context: StepContext,
  step: number,
  callId: string,
  messages: ModelMessage[],
  count: number,
): Promise<ModelAnswer> {
  const { deps, run, cast, signal } = context;
  const { builder } = cast;
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries: [{ kind: 'model.intended', step, call_id: callId, agent: builder.agent }],
  });
  const answer = await builder.answer({
    purpose: 'build',
    system: deps.prompts.builder,
    messages,
    tools: tools.map((tool) => tool.spec),
    subject: { goal: run.goal, step: { index: step, count } },
    signal,
  });
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries: [{ kind: 'model.answered', step, call_id: callId, agent: builder.agent }],
    events: [usageEvent(step, builder, answer.usage)],
  });
  return answer;
}

async function callTool(context: StepContext, step: number, callId: string, call: ToolUseBlock): Promise<ToolResult> {
  const { deps, run, cast, workspace, signal } = context;
  const { agent } = cast.builder;
  const tool = tools.find((item) => item.spec.name === call.name);
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries: [{ kind: 'tool.intended', step, call_id: callId, tool: call.name }],
    events: [
      entry(toolCalled, {
        call_id: callId,
        step,
        agent,
        tool: call.name,
        summary: tool?.summary(call.input) ?? call.name,
      }),
    ],
  });
  const result: ToolResult = tool
    ? await tool.call(call.input, { workspace, signal })
    : {
        ok: false,
        output: `There is no tool ${call.name}. There are: ${tools.map((item) => item.spec.name).join(', ')}.`,
      };
  const output = result.output.slice(0, SHOWN_OUTPUT_LENGTH).toWellFormed().replaceAll('\0', '�');
  await record(deps.db, deps.outbox, fenceOf(run), {
    entries: [{ kind: 'tool.finished', step, call_id: callId, tool: call.name, ok: result.ok }],
    events: [
      ...(result.changes ?? []).map((change) => entry(fileChanged, { step, ...change })),
      entry(toolFinished, { call_id: callId, step, tool: call.name, ok: result.ok, output }),
      // The end of a step is told by the step itself.
      ...(result.finished === undefined ? [logLine(result.ok ? 'info' : 'error', agent, step, output)] : []),
    ],
  });
  return result;
}
