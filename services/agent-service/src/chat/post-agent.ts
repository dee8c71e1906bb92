import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from '@builder-ai/contracts/identity';
import type { Task } from '@builder-ai/contracts/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { claimKey } from '@builder-ai/platform/idempotency';
import { newId } from '@builder-ai/platform/new-id';
import { AppError } from '@builder-ai/platform/problem';
import type { Request } from 'express';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import type { ModelMessage, TextBlock } from '../models/model.ts';
import { chooseModels } from '../models/model-choice.ts';
import { agentShape } from './agent-shape.ts';
import { respond, type Send } from './answer-stream.ts';
import { type Conversation, openBudget, readChatBudget } from './chat-budget.ts';
import { findOwnTask } from './chat-tools.ts';
import { type ChatTurn, takeChatTurn } from './chat-turn.ts';
import { readConversation } from './conversation-store.ts';
import { type AgentAnswer, answerAgain, type KeptAnswer, keepAnswer } from './kept-answer.ts';

type PostAgent = {
  message: string;
  conversation_id?: string;
  task_id?: string;
  budget?: { cap_micro_usd: number };
  stream: boolean;
};

const MAX_MESSAGE_LENGTH = 20_000;
const VISIBLE_LIMIT_MS = 3_000;
const POLL_MS = 50;

/**
 * Talks with an agent that can make, run, look at and steer the user's tasks. With `stream` the answer is a stream of
 * server-sent events: `delta` (text), `action`, and `done` with what is answered otherwise, or `error`.
 */
export const postAgent = endpoint<Deps, PostAgent>({
  method: 'post',
  path: '/agent',
  access: 'task.run',
  summary: 'Talks with an agent that makes and steers tasks',
  answers: { 200: { ...agentShape, alsoAs: ['text/event-stream'] } },
  errors: [
    'TASK_NOT_FOUND',
    'CONVERSATION_NOT_FOUND',
    'BUDGET_EXHAUSTED',
    'AI_UNAVAILABLE',
    'RATE_LIMITED',
    'IDEMPOTENCY_KEY_IN_USE',
  ],
  bodySample: { message: 'Build a landing page and run it.' },
  body: Joi.object<PostAgent, true>({
    message: Joi.string().trim().max(MAX_MESSAGE_LENGTH).required(),
    conversation_id: Joi.string().max(100).description('To go on with a conversation.'),
    task_id: Joi.string().max(200).description('The task that the user looks at.'),
    budget: Joi.object({ cap_micro_usd: Joi.number().integer().min(0).required() }).description(
      'What the conversation may cost from now on; by default CHAT_CAP_USD. All of them count in your own project.',
    ),
    stream: Joi.boolean().default(false),
  }),
  async handle({ deps, body, identity, request }) {
    const content: TextBlock[] = [];
    if (body.task_id !== undefined) content.push(await describe(deps, identity, body.task_id));
    content.push({ type: 'text', text: body.message });
    const { planner: model } = chooseModels(deps.models, deps.defaultMode, deps.roles);
    const conversation = { id: body.conversation_id ?? newId(), ownerId: identity.userId };
    const keyed = { ownerId: identity.userId, operation: 'POST /agent', key: request.get('idempotency-key'), body };
    // The key is taken with the first effect, so that of two requests only one begins.
    const opened = await deps.db.transaction(async (tx) => {
      const claim = await claimKey<KeptAnswer | null>(tx, keyed);
      if (!claim.isFirst) return { kept: claim.result };
      const before = body.conversation_id ? await readConversation(tx, conversation.id, identity.userId) : [];
      await openBudget(tx, conversation, body.budget?.cap_micro_usd, deps.chatCap);
      return { before };
    });
    if (!opened.before) {
      const again = answerAgain(opened.kept);
      return respond(body.stream, async () => again);
    }
    const messages: ModelMessage[] = [...opened.before, { role: 'user', content }];
    const signal = untilGone(request, keyed.key);
    return respond(body.stream, (send) =>
      keepAnswer(deps.db, keyed, (onAction) =>
        talk(
          deps,
          conversation,
          { identity, model, messages, signal, conversationId: conversation.id },
          onAction,
          send,
        ),
      ),
    );
  },
});

async function talk(
  deps: Deps,
  conversation: Conversation,
  turn: ChatTurn,
  onAction: () => void,
  send: Send | undefined,
): Promise<AgentAnswer> {
  const { reply, actions, usage } = await takeChatTurn(deps, {
    ...turn,
    ...(send && { onText: (text: string) => send('delta', { text }) }),
    onAction: (action) => {
      onAction();
      send?.('action', action);
    },
  });
  const task = await findActedOn(deps, turn.identity, actions.at(-1)?.task_id);
  return {
    conversation_id: conversation.id,
    reply,
    agent: turn.model.agent,
    task,
    actions,
    collaboration_log: task?.collaboration_log ?? null,
    usage,
    budget: await readChatBudget(deps.db, conversation),
  };
}

/** Nobody pays for an answer that nobody waits for; with a key somebody may come back for it. */
function untilGone(request: Request, key: string | undefined): AbortSignal {
  const gone = new AbortController();
  // The request itself is over when its body was read.
  if (key === undefined) request.res?.on('close', () => gone.abort(new Error('The client has gone')));
  return gone.signal;
}

/** @throws AppError TASK_NOT_FOUND also for another user's */
async function describe(deps: Deps, identity: Identity, taskId: string): Promise<TextBlock> {
  const task = await findOwnTask(deps, identity, taskId);
  if (!task) throw new AppError('TASK_NOT_FOUND');
  return { type: 'text', text: `The user looks at task ${task.id} ("${task.title}", ${task.status}).` };
}

/** A task that was just made takes a moment until task-service has it. */
async function findActedOn(deps: Deps, identity: Identity, id: string | undefined): Promise<Task | null> {
  if (id === undefined) return null;
  const deadline = performance.now() + VISIBLE_LIMIT_MS;
  do {
    const task = await findOwnTask(deps, identity, id);
    if (task) return task;
    await delay(POLL_MS);
  } while (performance.now() < deadline);
  return null;
}
