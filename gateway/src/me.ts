import { AppError } from '@builder-ai/platform/problem';
import type { RequestHandler } from 'express';
import type { Deps } from './deps.ts';

/** GET /me: who is signed in. */
export function me({ callers }: Deps): RequestHandler {
  return async (request, response) => {
    const caller = await callers.find(request);
    if (!caller) throw new AppError('NOT_SIGNED_IN');
    response.json({ user_id: caller.identity.userId, scopes: caller.scopes });
  };
}
