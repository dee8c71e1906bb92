// Idempotency-Key at the gateway: what is made twice by the same request is made once.
import type { Tx } from '@builder-ai/platform/database';
import type { EndpointContext } from '@builder-ai/platform/endpoint';
import { once } from '@builder-ai/platform/idempotency';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from './deps.ts';

type Context = EndpointContext<Deps, unknown, unknown>;

/** Does `work` once for a key, and answers the same again. */
export const onceForKey = <T>(
  tx: Tx,
  { identity, params, body, request }: Context,
  work: () => Promise<T>,
): Promise<T> =>
  once(
    tx,
    {
      ownerId: identity.userId,
      operation: [request.method, request.route.path, ...Object.values(params)].join(' '),
      key: request.get('idempotency-key'),
      body,
    },
    work,
  );

/**
 * The same for an answer with a secret, which is not kept: the second request makes nothing and is told so.
 * @throws AppError SECRET_SHOWN_ONCE
 */
export async function onceWithSecret<T>(tx: Tx, context: Context, work: () => Promise<T>): Promise<T> {
  let made: { value: T } | undefined;
  await onceForKey(tx, context, async () => {
    made = { value: await work() };
    return null;
  });
  if (!made) throw new AppError('SECRET_SHOWN_ONCE');
  return made.value;
}
