// What a request with an Idempotency-Key was answered: kept for the same request, which has no second turn.

import type { ErrorCode } from '@builder-ai/contracts/error-codes';
import type { Budget, Task } from '@builder-ai/contracts/task';
import type { Database } from '@builder-ai/platform/database';
import { type IdempotentRequest, releaseKey, settleKey } from '@builder-ai/platform/idempotency';
import { AppError, toAppError } from '@builder-ai/platform/problem';
import { storable } from '../ledger/storable.ts';
import type { Usage } from '../models/model.ts';
import type { ChatAction } from './chat-tools.ts';

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

export type KeptAnswer = { answer: AgentAnswer } | { problem: { code: ErrorCode; detail: string } };

/** @param kept null while the first request is under way @throws AppError the same again, or IDEMPOTENCY_KEY_IN_USE */
export function answerAgain(kept: KeptAnswer | null): AgentAnswer {
  if (!kept) throw new AppError('IDEMPOTENCY_KEY_IN_USE', { headers: { 'retry-after': '1' } });
  if ('answer' in kept) return kept.answer;
  throw new AppError(kept.problem.code, { detail: kept.problem.detail });
}

/**
 * Keeps what `turn` comes to, if the request has a key. A turn that failed before anything was asked of anybody is not kept:
 * the same request may try again.
 */
export async function keepAnswer(
  db: Database,
  keyed: IdempotentRequest,
  turn: (onAction: () => void) => Promise<AgentAnswer>,
): Promise<AgentAnswer> {
  let hasActed = false;
  const onAction = () => {
    hasActed = true;
  };
  try {
    const answer = await turn(onAction);
    await settleKey(db, keyed, { answer: storable(answer) });
    return answer;
  } catch (error) {
    const { code, message: detail } = toAppError(error);
    if (hasActed) await settleKey(db, keyed, { problem: { code, detail } });
    else await releaseKey(db, keyed);
    throw error;
  }
}
