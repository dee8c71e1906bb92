import type { RequestHandler } from 'express';
import type { Deps } from './deps.ts';
import type { ClientAddress } from './proxy/client-address.ts';

/** GET /me: who is signed in. */
export function me({ callers }: Deps): RequestHandler {
  return async (request, response) => {
    const caller = await callers.admit(request, response.locals.client as ClientAddress);
    response.json({ user_id: caller.identity.userId, scopes: caller.scopes });
  };
}
