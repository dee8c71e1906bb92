// One turn of a conversation: the model answers, by tools where something is to be done, until it has said its reply.
import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from '@builder-ai/contracts/identity';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { BudgetExceeded } from '../ledger/budget.ts';
import type { Model, ModelAnswer, ModelMessage, ModelRequest, ToolResultBlock, Usage } from '../models/model.ts';
import { AI_UNAVAILABLE_WORDS, ProviderFault } from '../models/provider-fault.ts';
import { specsOf } from '../tools/index.ts';
import { withinBudget } from './chat-budget.ts';
import { type ChatAction, chatTools } from './chat-tools.ts';
import { keepConversation } from './conversation-store.ts';

export type ChatTurn = {
  identity: Identity;
  conversationId: string;
  model: Model;
  /** The conversation so far, with what the user says now at its end. */
  messages: ModelMessage[];
  signal: AbortSignal;
  onText?: (delta: string) => void;
  onAction?: (action: ChatAction) => void;
};

export type ChatReply = { reply: string; actions: ChatAction[]; usage: Usage };

const MAX_ANSWERS = 12;
const MAX_OUTPUT_TOKENS = 4_096;
const RETRIES_MS = [300, 1_500];
const TO_DO: Record<BudgetExceeded['of'], string> = {
  conversation: 'Send `budget` with your message to raise it, or begin another conversation.',
  project: 'Raise that of your own project: PATCH /projects/<your id>/budget.',
  task: '',
};

/**
 * What is said and done is kept as it comes: a turn that breaks off is gone on with by the next.
 * @throws AppError AI_UNAVAILABLE when the model does not answer, BUDGET_EXHAUSTED
 */
export async function takeChatTurn(deps: Deps, turn: ChatTurn): Promise<ChatReply> {
  const { identity, conversationId, signal, onText } = turn;
  const actions: ChatAction[] = [];
  const tools = chatTools(deps, identity, (action) => {
    actions.push(action);
    turn.onAction?.(action);
  });
  const messages = [...turn.messages];
  const usage: Usage = { input_tokens: 0, output_tokens: 0, cost_micro_usd: 0 };
  for (let answered = 1; answered <= MAX_ANSWERS; answered += 1) {
    const answer = await ask(deps, turn, {
      purpose: 'chat',
      system: deps.prompts.chat,
      messages: [...messages],
      tools: specsOf(tools),
      subject: { goal: '' },
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      signal,
      ...(onText && { onText }),
    });
    usage.input_tokens += answer.usage.input_tokens;
    usage.output_tokens += answer.usage.output_tokens;
    usage.cost_micro_usd += answer.usage.cost_micro_usd;
    messages.push({ role: 'assistant', content: answer.content });
    const calls = answer.content.filter((block) => block.type === 'tool_use');
    const results: ToolResultBlock[] = [];
    for (const call of calls) {
      const tool = tools.find(({ spec }) => spec.name === call.name);
      const { ok, output } = tool
        ? await tool.call(call.input, { signal } as Parameters<typeof tool.call>[1])
        : { ok: false, output: `There is no tool ${call.name}.` };
      results.push({ type: 'tool_result', tool_use_id: call.id, content: output, is_error: !ok });
    }
    if (calls.length > 0) messages.push({ role: 'user', content: results });
    await keepConversation(deps.db, conversationId, identity.userId, messages);
    if (calls.length === 0) return { reply: wordsOf(answer), actions, usage };
  }
  return { reply: 'I stop here: this took more steps than one answer may have.', actions, usage };
}

async function ask(
  { db }: Pick<Deps, 'db'>,
  { model, conversationId: id, identity }: ChatTurn,
  request: ModelRequest,
): Promise<ModelAnswer> {
  const conversation = { id, ownerId: identity.userId };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await withinBudget(db, conversation, model.reserve(request), () => model.answer(request));
    } catch (error) {
      if (error instanceof BudgetExceeded)
        throw new AppError('BUDGET_EXHAUSTED', { detail: `${error.message} ${TO_DO[error.of]}` });
      if (!(error instanceof ProviderFault)) throw error;
      const ms = RETRIES_MS[attempt];
      const tooLong = (error.retryAfterMs ?? 0) > (ms ?? 0);
      if (error.kind === 'refused' || ms === undefined || tooLong)
        throw new AppError('AI_UNAVAILABLE', {
          detail: `${AI_UNAVAILABLE_WORDS}${error.message}`,
          headers: { 'retry-after': String(Math.ceil((error.retryAfterMs ?? 10_000) / 1000)) },
        });
      // Full jitter.
      await delay(Math.random() * ms, undefined, { signal: request.signal });
    }
  }
}

function wordsOf({ content }: ModelAnswer): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}
