import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from '@builder-ai/contracts/identity';
import type { Budget, Task } from '@builder-ai/contracts/task';
import { type Answer, endpoint } from '@builder-ai/platform/endpoint';
import { newId } from '@builder-ai/platform/new-id';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import type { ModelMessage, TextBlock, Usage } from '../models/model.ts';
import { chooseModels } from '../models/model-choice.ts';
import { agentShape } from './agent-shape.ts';
import { openBudget, readChatBudget } from './chat-budget.ts';
import type { ChatAction } from './chat-tools.ts';
import { findOwnTask } from './chat-tools.ts';
import { type ChatReply, takeChatTurn } from './chat-turn.ts';
import { readConversation } from './conversation-store.ts';

type PostAgent = {
  message: string;
  conversation_id?: string;
  task_id?: string;
  budget?: { cap_micro_usd: number };
  stream: boolean;
};

export type AgentAnswer = {
  conversation_id: string;
  reply: string;
  agent: string;
  /** The task that was made or steered last, as it is now. */
  task: Task | null;
  actions: ChatAction[];
  collaboration_log: string | null;
  usage: Usage;
  /** Of the conversation. */
  budget: Budget;
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
  errors: ['TASK_NOT_FOUND', 'CONVERSATION_NOT_FOUND', 'BUDGET_EXHAUSTED', 'AI_UNAVAILABLE', 'RATE_LIMITED'],
  bodySample: { message: 'Build a landing page and run it.' },
  takesIdempotencyKey: false,
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
    const before = body.conversation_id ? await readConversation(deps.db, body.conversation_id, identity.userId) : [];
    const content: TextBlock[] = [];
    if (body.task_id !== undefined) content.push(await describe(deps, identity, body.task_id));
    content.push({ type: 'text', text: body.message });
    const { planner: model } = chooseModels(deps.models, deps.defaultMode, deps.roles);
    const gone = new AbortController();
    // The request itself is over when its body was read.
    request.res?.on('close', () => gone.abort(new Error('The client has gone')));
    const turn = {
      identity,
      model,
      conversationId: body.conversation_id ?? newId(),
      messages: [...before, { role: 'user', content } satisfies ModelMessage],
      signal: gone.signal,
    };
    const conversation = { id: turn.conversationId, ownerId: identity.userId };
    await openBudget(deps.db, conversation, body.budget?.cap_micro_usd, deps.chatCap);
    const finish = async (reply: ChatReply): Promise<AgentAnswer> => {
      const { actions, usage } = reply;
      const task = await findActedOn(deps, identity, actions.at(-1)?.task_id);
      const collaboration_log = task?.collaboration_log ?? null;
      const { id: conversation_id } = conversation;
      const budget = await readChatBudget(deps.db, conversation);
      return {
        conversation_id,
        reply: reply.reply,
        agent: model.agent,
        task,
        actions,
        collaboration_log,
        usage,
        budget,
      };
    };
    if (!body.stream) return { status: 200, body: await finish(await takeChatTurn(deps, turn)) };
    return stream((send) =>
      takeChatTurn(deps, {
        ...turn,
        onText: (text) => send('delta', { text }),
        onAction: (action) => send('action', action),
      }).then(finish),
    );
  },
});

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

function stream(work: (send: (event: string, data: object) => void) => Promise<AgentAnswer>): Answer {
  const events = new PassThrough();
  const send = (event: string, data: object) => {
    if (!events.destroyed) events.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  work(send)
    .then((answer) => send('done', answer))
    .catch((error: unknown) => {
      const { code, message } = error instanceof AppError ? error : new AppError('INTERNAL');
      send('error', { code, detail: message });
    })
    .finally(() => events.end());
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
  return { status: 200, stream: events, headers };
}
