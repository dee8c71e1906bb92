import { type CallResolved, callResolved } from '@builder-ai/contracts/events/call-resolved';
import { onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { goOn } from './go-on.ts';

/** Keeps the decision for whoever goes on with the run, and makes the run ready for that. */
export const onCallResolved = onEvent<Deps, CallResolved>(callResolved, (context) =>
  goOn(context, { kind: 'call.resolved', data: context.data }, context.data, ['idle']),
);
