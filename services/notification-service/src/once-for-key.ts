// Idempotency-Key of what changes something here: the same request sent again has one effect and one answer.
import type { Tx } from '@builder-ai/platform/database';
import type { EndpointContext } from '@builder-ai/platform/endpoint';
import { onceForRequest } from '@builder-ai/platform/once-for-request';
import type { Deps } from './deps.ts';

/** Does `work` once for a key, in a transaction of its own. What it comes to is kept: ids and counts, never a secret. */
export const onceForKey = <T>(
  context: EndpointContext<Deps, unknown, unknown>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> => context.deps.db.transaction((tx) => onceForRequest(tx, context, () => work(tx)));
