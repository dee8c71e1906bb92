// The cookie that shows a session: for our own pages only, never for scripts.
import type { CookieOptions, Response } from 'express';
import type { ClientAddress } from '../proxy/client-address.ts';
import { SESSION_COOKIE } from './caller.ts';
import { SESSION_SECONDS } from './session-store.ts';

const options = (secure: boolean): CookieOptions => ({ httpOnly: true, sameSite: 'lax', path: '/', secure });

const isSecure = (response: Response) => (response.locals.client as ClientAddress).protocol === 'https';

export function setSessionCookie(response: Response, token: string): void {
  response.cookie(SESSION_COOKIE, token, { ...options(isSecure(response)), maxAge: SESSION_SECONDS * 1000 });
}

export function clearSessionCookie(response: Response): void {
  response.clearCookie(SESSION_COOKIE, options(isSecure(response)));
}
