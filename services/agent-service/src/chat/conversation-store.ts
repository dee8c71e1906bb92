// Conversations, as the models that have them see them.
import type { Queryable } from '@builder-ai/platform/database';
import { AppError } from '@builder-ai/platform/problem';
import { storable } from '../ledger/storable.ts';
import type { ModelMessage } from '../models/model.ts';

/** What a model is told of a long conversation: its newest part, from a word of the user's on. */
const MOST_MESSAGES = 60;

/** @throws AppError CONVERSATION_NOT_FOUND also for another user's */
export async function readConversation(db: Queryable, id: string, ownerId: string): Promise<ModelMessage[]> {
  const [row] = await db.query<{ messages: ModelMessage[] }>(
    'select messages from conversations where id = $1 and owner_id = $2',
    [id, ownerId],
  );
  if (!row) throw new AppError('CONVERSATION_NOT_FOUND');
  return row.messages;
}

export async function keepConversation(
  db: Queryable,
  id: string,
  ownerId: string,
  messages: readonly ModelMessage[],
): Promise<void> {
  await db.query(
    `insert into conversations (id, owner_id, messages) values ($1, $2, $3)
     on conflict (id) do update set messages = $3, updated_at = clock_timestamp()
     where conversations.owner_id = $2`,
    [id, ownerId, JSON.stringify(storable(newest(messages)))],
  );
}

/** A tool's result without its call would be refused: it begins where the user said something. */
function newest(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  const kept = messages.slice(-MOST_MESSAGES);
  const start = kept.findIndex(({ role, content }) => role === 'user' && content.every(({ type }) => type === 'text'));
  return kept.slice(Math.max(start, 0));
}
