// One tool call of a run: record the intent, make the call, keep the workspace, record the outcome. A finished call is
// never made again; an interrupted one is made again on the tree that was there before it.
import { commandOutput } from '@builder-ai/contracts/events/command-output';
import { fileChanged } from '@builder-ai/contracts/events/file-changed';
import { toolCalled } from '@builder-ai/contracts/events/tool-called';
import { toolFinished } from '@builder-ai/contracts/events/tool-finished';
import { entry } from '@builder-ai/platform/outbox';
import { type SpanOptions, withSpan } from '@builder-ai/platform/span';
import type { Facts } from '../ledger/facts.ts';
import type { LedgerEntry, ToolRecord } from '../ledger/ledger-entry.ts';
import { findToolCall, type ToolCall } from '../ledger/run-progress.ts';
import { storable } from '../ledger/storable.ts';
import type { ToolUseBlock } from '../models/model.ts';
import type { Tool, ToolResult } from '../tools/define-tool.ts';
import { type KeptState, WorkspaceFault } from '../workspace/snapshot.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { newLiveParts, plain } from './live-parts.ts';
import { logLine } from './run-events.ts';
import type { RunSession } from './run-session.ts';
import { RunWaits } from './run-waits.ts';

export type ToolCallContext = {
  session: RunSession;
  workspace: Workspace;
  step: number;
  callId: string;
  /** Who calls, and what they may call. */
  agent: string;
  tools: readonly Tool[];
};

/** What of a tool's output goes into events; the whole of it goes to the model. */
const SHOWN_OUTPUT_LENGTH = 4_000;

/** Larger workspaces are not made anew to repeat a call: the user decides what becomes of it. */
const MAX_REPEATABLE_FILES = 20_000;

/**
 * @returns the recorded result where there is one
 * @throws RunWaits when nobody knows what became of an interrupted call, HandedOver, LeaseLost
 */
export async function callTool(context: ToolCallContext, call: ToolUseBlock): Promise<ToolRecord> {
  const { session, callId, tools } = context;
  // The call before this one: nothing changes the workspace before it is kept.
  await session.settle();
  const known = findToolCall(session.progress(), callId);
  if (known?.result) return known.result;
  if (known?.question) throw asks(context, known.question, []);
  const tool = tools.find((item) => item.spec.name === call.name);
  await askWhenUncertain(context, known, tool, call);
  const { opening } = context.workspace;
  // What cannot be kept is not begun: nobody would know what became of it.
  if (opening && tool?.outside) await session.flushBeside(opening);
  await session.checkpoint();
  await intend(context, known, tool, call);
  // A call's time is its own.
  if (!tool?.saysOnly) await opening;
  const result: ToolResult = tool
    ? await makeCall(context, tool, call.input)
    : {
        ok: false,
        output: `There is no tool ${call.name}. There are: ${tools.map((item) => item.spec.name).join(', ')}.`,
      };
  if (result.question !== undefined) {
    const { step, callId: call_id } = context;
    throw asks(context, result.question, [{ kind: 'question.asked', step, call_id, question: result.question }]);
  }
  if (!tool || tool.readOnly) {
    session.hold(factsOf(context, call.name, result));
    return result;
  }
  const kept = await checkWorkspace(context);
  if ('fault' in kept) {
    session.hold(factsOf(context, call.name, kept.fault));
    return kept.fault;
  }
  const { write } = kept;
  // Not at once: what it takes of the disk and of this thread would hold up the next request, which is to go out first.
  session.later(async () => factsOf(context, call.name, result, await write()));
  // What it did outside of the workspace is recorded as soon as can be.
  if (tool.outside) await session.settle();
  return result;
}

/** What it prints is shown as it comes. */
function makeCall({ session, workspace, step, callId: call_id }: ToolCallContext, tool: Tool, input: unknown) {
  const { deps, run, signal } = session;
  const live = newLiveParts((part) => deps.tellLive(commandOutput, run.task_id, { call_id, step, ...part }));
  const { name } = tool.spec;
  const span: SpanOptions = {
    name: `execute_tool ${name}`,
    attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name, 'gen_ai.tool.call.id': call_id },
    isExpected: () => signal.aborted,
  };
  return withSpan(span, async (made) => {
    // Cancelled while its intent was recorded.
    signal.throwIfAborted();
    const result = await tool.call(input, { workspace, signal, sandbox: deps.sandbox, onOutput: live.add });
    made?.setAttribute('ok', result.ok);
    return result;
  }).finally(live.end);
}

/** The run waits for the answer, which is the call's result. */
function asks({ step, callId: call_id }: ToolCallContext, question: string, entries: LedgerEntry[]): RunWaits {
  const call = { call_id, step, tool: 'ask_user', summary: question };
  return new RunWaits({ waiting_for: 'input', reason: question, call, entries });
}

async function askWhenUncertain(
  context: ToolCallContext,
  known: ToolCall | undefined,
  tool: Tool | undefined,
  call: ToolUseBlock,
): Promise<void> {
  if (!known || known.redo) return;
  const { step, callId: call_id, workspace } = context;
  const changed = known.open && tool !== undefined && !tool.readOnly;
  // By the intent as well: the server of a tool may have gone with the worker.
  const outside = known.open && (known.outside || tool?.outside === true);
  const doubtful = outside || (changed && (await workspace.countFiles()) > MAX_REPEATABLE_FILES);
  if (!known.uncertain && !doubtful) return;
  const reason = `The call ${call.name} (${call_id}) was interrupted, and nobody knows whether it was done. Say what became of it: done, redo or fail.`;
  throw new RunWaits({
    waiting_for: 'uncertain',
    reason,
    code: 'CALL_UNCERTAIN',
    call: { call_id, step, tool: call.name, summary: tool?.summary(call.input) ?? call.name },
    entries: known.uncertain ? [] : [{ kind: 'tool.uncertain', step, call_id, tool: call.name, reason }],
  });
}

async function intend(
  { session, step, callId: call_id, agent }: ToolCallContext,
  known: ToolCall | undefined,
  tool: Tool | undefined,
  call: ToolUseBlock,
): Promise<void> {
  const attempt = (known?.attempts ?? 0) + 1;
  const summary = tool?.summary(call.input) ?? call.name;
  const facts: Facts = {
    entries: [
      { kind: 'tool.intended', step, call_id, attempt, tool: call.name, ...(tool?.outside && { outside: true }) },
    ],
    events: [entry(toolCalled, { call_id, step, agent, tool: call.name, summary, attempt })],
  };
  // Where nothing is done, nothing has to be recorded before it.
  if (tool?.saysOnly) session.hold(facts);
  else await session.record(facts);
}

/** A call that leaves something that cannot be kept has failed: the workspace is made as it was before it. */
async function checkWorkspace({
  session,
  workspace,
}: ToolCallContext): Promise<{ write: () => Promise<KeptState> } | { fault: ToolResult }> {
  const before = session.progress().workspace;
  try {
    return { write: await workspace.snapshot(before) };
  } catch (fault) {
    if (!(fault instanceof WorkspaceFault)) throw fault;
    await workspace.restore(before);
    return { fault: { ok: false, output: `${fault.message} The workspace is as it was before the call.` } };
  }
}

function factsOf(
  { step, callId: call_id, agent }: ToolCallContext,
  tool: string,
  result: ToolResult,
  state?: KeptState,
): Facts {
  const { ok, finished } = result;
  const changes = state ? (result.changes ?? state.changes) : [];
  const after = state?.snapshot ?? null;
  const output = storable(result.output);
  const shown = plain(output).slice(0, SHOWN_OUTPUT_LENGTH).toWellFormed();
  return {
    entries: [
      { kind: 'tool.finished', step, call_id, tool, ok, output, after, ...(finished !== undefined && { finished }) },
    ],
    events: [
      ...changes.map((change) => entry(fileChanged, { step, ...change })),
      entry(toolFinished, { call_id, step, tool, ok, output: shown }),
      // The end of a step is told by the step itself.
      ...(finished === undefined ? [logLine(ok ? 'info' : 'error', agent, step, shown)] : []),
    ],
  };
}
