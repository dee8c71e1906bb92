// Idempotency-Key: the same request sent twice has one effect and one answer (draft-ietf-httpapi-idempotency-key-header).
import { createHash } from 'node:crypto';
import type { Tx } from './database.ts';
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
  const { ownerId, operation, key, body } = request;
  if (key === undefined) return work();
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
  if (fresh.length > 0) {
    const result = await work();
    await tx.query(`update idempotency_keys set result = $4 where owner_id = $1 and operation = $2 and key = $3`, [
      ownerId,
      operation,
      key,
      JSON.stringify(result ?? null),
    ]);
    return result;
  }
  const [stored] = await tx.query<{ body_hash: string; result: T }>(
    'select body_hash, result from idempotency_keys where owner_id = $1 and operation = $2 and key = $3',
    [ownerId, operation, key],
  );
  if (stored?.body_hash !== hash) throw new AppError('IDEMPOTENCY_KEY_REUSED');
  return stored.result;
}
