// Idempotency-Key: the same request sent twice has one effect and one answer (draft-ietf-httpapi-idempotency-key-header).
import { createHash } from 'node:crypto';
import type { Queryable, Tx } from './database.ts';
import { AppError } from './problem.ts';

export type IdempotentRequest = {
  ownerId: string;
  /** What is done, such as `POST /tasks`. */
  operation: string;
  /** The header's value; without one the work is simply done. */
  key: string | undefined;
  body: unknown;
};

const MAX_KEY_LENGTH = 255;

/**
 * Does `work` once for a key: its result is stored in the same transaction, and answered again for the same request.
 * A second request that comes at the same time waits for the first.
 * @throws AppError IDEMPOTENCY_KEY_REUSED when the key was used with another body
 */
export async function once<T>(tx: Tx, request: IdempotentRequest, work: () => Promise<T>): Promise<T> {
  const claim = await claimKey<T>(tx, request);
  if (!claim.isFirst) return claim.result;
  const result = await work();
  await settleKey(tx, request, result);
  return result;
}

export type KeyClaim<T> = { isFirst: true } | { isFirst: false; result: T };

/**
 * The first half of `once`, for work that takes longer than a transaction may: the key is taken with the work's first effect.
 * Without a key every request is the first.
 * @returns the stored result of an earlier request, which is null until it is settled
 * @throws AppError IDEMPOTENCY_KEY_REUSED when the key was used with another body
 */
export async function claimKey<T>(tx: Tx, { ownerId, operation, key, body }: IdempotentRequest): Promise<KeyClaim<T>> {
  if (key === undefined) return { isFirst: true };
  if (key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw new AppError('INPUT_INVALID', {
      errors: [{ field: 'Idempotency-Key', message: `must have 1 to ${MAX_KEY_LENGTH} characters` }],
    });
  }
  const hash = createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest('hex');
  const fresh = await tx.query(
    `insert into idempotency_keys (owner_id, operation, key, body_hash, result) values ($1, $2, $3, $4, 'null')
     on conflict do nothing returning 1`,
    [ownerId, operation, key, hash],
  );
  if (fresh.length > 0) return { isFirst: true };
  const [stored] = await tx.query<{ body_hash: string; result: T }>(
    'select body_hash, result from idempotency_keys where owner_id = $1 and operation = $2 and key = $3',
    [ownerId, operation, key],
  );
  if (stored?.body_hash !== hash) throw new AppError('IDEMPOTENCY_KEY_REUSED');
  return { isFirst: false, result: stored.result };
}

/** What the same request is answered from now on. */
export async function settleKey(
  db: Queryable,
  { ownerId, operation, key }: IdempotentRequest,
  result: unknown,
): Promise<void> {
  if (key === undefined) return;
  await db.query('update idempotency_keys set result = $4 where owner_id = $1 and operation = $2 and key = $3', [
    ownerId,
    operation,
    key,
    JSON.stringify(result ?? null),
  ]);
}

/** Nothing was done for it: the same request is the first once more. */
export async function releaseKey(db: Queryable, { ownerId, operation, key }: IdempotentRequest): Promise<void> {
  if (key === undefined) return;
  await db.query('delete from idempotency_keys where owner_id = $1 and operation = $2 and key = $3', [
    ownerId,
    operation,
    key,
  ]);
}
