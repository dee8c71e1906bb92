// Idempotency-Key of an answer with a secret.
import type { Tx } from '@builder-ai/platform/database';
import { type KeyedRequest, onceForRequest } from '@builder-ai/platform/once-for-request';
import { AppError } from '@builder-ai/platform/problem';

/**
 * Does `work` once for a key. The secret is not kept: the second request makes nothing and is told so.
 * @throws AppError SECRET_SHOWN_ONCE
 */
export async function onceWithSecret<T>(tx: Tx, context: KeyedRequest, work: () => Promise<T>): Promise<T> {
  let made: { value: T } | undefined;
  await onceForRequest(tx, context, async () => {
    made = { value: await work() };
    return null;
  });
  if (!made) throw new AppError('SECRET_SHOWN_ONCE');
  return made.value;
}
