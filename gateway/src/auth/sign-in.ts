// The local form of signing in: a link that works once, printed at start, becomes a session cookie.

import { AppError } from '@builder-ai/platform/problem';
import type { CookieOptions, RequestHandler } from 'express';
import type { Deps } from '../deps.ts';
import { readCookie, SESSION_COOKIE } from './caller.ts';
import { SESSION_SECONDS } from './session-store.ts';

function cookieOptions(secure: boolean): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure };
}

/** GET /sign-in?token=… */
export function signIn({ sessions }: Deps): RequestHandler {
  return async (request, response) => {
    const token = request.query.token;
    const session = typeof token === 'string' ? await sessions.useLink(token) : undefined;
    response.setHeader('cache-control', 'no-store');
    if (!session) {
      // A person with a browser sees the page, which says how to get a new link.
      if (request.accepts(['json', 'html']) === 'html') {
        response.redirect(303, '/?sign_in=failed');
        return;
      }
      throw new AppError('SIGN_IN_LINK_INVALID');
    }
    response.cookie(SESSION_COOKIE, session, { ...cookieOptions(request.secure), maxAge: SESSION_SECONDS * 1000 });
    response.redirect(303, '/');
  };
}

/** POST /sign-out */
export function signOut({ sessions }: Deps): RequestHandler {
  return async (request, response) => {
    const token = readCookie(request.headers.cookie, SESSION_COOKIE);
    if (token) await sessions.revoke(token);
    response.clearCookie(SESSION_COOKIE, cookieOptions(request.secure));
    response.status(204).end();
  };
}
