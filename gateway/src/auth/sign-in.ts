// The local form of signing in: a link that works once, printed at start, becomes a session cookie.

import { AppError } from '@builder-ai/platform/problem';
import type { RequestHandler } from 'express';
import { appendToAudit } from '../audit/audit-log.ts';
import type { Deps } from '../deps.ts';
import { readCookie, SESSION_COOKIE } from './caller.ts';
import { signedInFrom } from './identify.ts';
import { clearSessionCookie, setSessionCookie } from './session-cookie.ts';

/** GET /sign-in?token=… */
export function signIn({ db, sessions }: Deps): RequestHandler {
  return async (request, response) => {
    const token = request.query.token;
    const from = signedInFrom(request);
    const session = typeof token === 'string' ? await sessions.useLink(token, from) : undefined;
    response.setHeader('cache-control', 'no-store');
    if (!session) {
      // A person with a browser sees the page, which says how to get a new link.
      if (request.accepts(['json', 'html']) === 'html') {
        response.redirect(303, '/?sign_in=failed');
        return;
      }
      throw new AppError('SIGN_IN_LINK_INVALID');
    }
    const { userId } = session;
    await appendToAudit(db, { actor_id: userId, action: 'signed_in', address: from.address, details: { by: 'link' } });
    setSessionCookie(response, session.token);
    response.redirect(303, '/');
  };
}

/** POST /sign-out */
export function signOut({ sessions }: Deps): RequestHandler {
  return async (request, response) => {
    const token = readCookie(request.headers.cookie, SESSION_COOKIE);
    if (token) await sessions.revoke(token, signedInFrom(request).address);
    clearSessionCookie(response);
    response.status(204).end();
  };
}
