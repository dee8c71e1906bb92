// Tells the services what opens nothing any more: in the transaction that makes it so, in order for each user.
import { keyRevoked } from '@builder-ai/contracts/events/key-revoked';
import { type SessionRevoked, sessionRevoked } from '@builder-ai/contracts/events/session-revoked';
import type { Tx } from '@builder-ai/platform/database';
import { entry, type Outbox } from '@builder-ai/platform/outbox';
import { VALID_KEY, VALID_SESSION } from './still-valid.ts';

/** @param sessions as the transaction has found them valid; their users may differ */
export async function tellOfSessions(
  outbox: Outbox,
  tx: Tx,
  sessions: readonly { id: string; user_id: string }[],
  reason: SessionRevoked['reason'],
): Promise<void> {
  for (const { id, user_id } of sessions)
    await outbox.add(tx, user_id, [entry(sessionRevoked, { session_id: id, reason })]);
}

/** Of every session and key that the user has, before they go: the caller holds the user's lock. */
export async function tellOfAllAccess(
  outbox: Outbox,
  tx: Tx,
  userId: string,
  reason: 'user_disabled' | 'user_deleted',
): Promise<void> {
  const ids = (table: string, valid: string) =>
    tx.query<{ id: string }>(`select id from ${table} where user_id = $1 and ${valid} order by id`, [userId]);
  const sessions = await ids('sessions', VALID_SESSION);
  const keys = await ids('api_keys', VALID_KEY);
  await outbox.add(tx, userId, [
    ...sessions.map(({ id }) => entry(sessionRevoked, { session_id: id, reason })),
    ...keys.map(({ id }) => entry(keyRevoked, { key_id: id, reason })),
  ]);
}
