// Idempotency-Key of what changes something here: the same request sent again has one effect and one answer.
import type { Tx } from '@builder-ai/platform/database';
import type { EndpointContext } from '@builder-ai/platform/endpoint';
import { once } from '@builder-ai/platform/idempotency';
import type { Deps } from './deps.ts';

/** Does `work` once for a key, in a transaction of its own. What it comes to is kept: ids and counts, never a secret. */
export const onceForKey = <T>(
  { deps, identity, params, body, request }: EndpointContext<Deps, unknown, unknown>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> =>
  deps.db.transaction((tx) =>
    once(
      tx,
      {
        ownerId: identity.userId,
        operation: [request.method, request.route.path, ...Object.values(params)].join(' '),
        key: request.get('idempotency-key'),
        body,
      },
      () => work(tx),
    ),
  );
