// Idempotency-Key of an endpoint: which requests are the same is said by their user, their route and parameters, and the key.
import type { Tx } from './database.ts';
import type { EndpointContext } from './endpoint.ts';
import { once } from './idempotency.ts';

export type KeyedRequest = Pick<EndpointContext<unknown, unknown, unknown>, 'identity' | 'params' | 'body' | 'request'>;

/** Does `work` once for a key (see `once`). What it comes to is kept: never a secret. */
export const onceForRequest = <T>(
  tx: Tx,
  { identity, params, body, request }: KeyedRequest,
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
