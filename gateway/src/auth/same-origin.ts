// A browser sends the session cookie by itself, so what it may change is limited to pages of our own origin, and only
// host names that are served are answered (DNS rebinding would otherwise let any page in).
import type { IncomingMessage } from 'node:http';
import { AppError } from '@builder-ai/platform/problem';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @throws AppError HOST_REFUSED */
export function checkHost(request: IncomingMessage, allowed: ReadonlySet<string>): void {
  if (allowed.size === 0) return;
  const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  if (!allowed.has(host)) throw new AppError('HOST_REFUSED');
}

/**
 * For requests that a browser's cookie signs in.
 * @param trusted origins besides our own
 * @param always also for reading, as a WebSocket needs
 * @throws AppError ORIGIN_REFUSED when another origin's page sent it
 */
export function checkOrigin(request: IncomingMessage, trusted: ReadonlySet<string>, always = false): void {
  if (!always && SAFE.has(request.method ?? '')) return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (origin !== undefined) {
    if (trusted.has(origin)) return;
    if (!URL.canParse(origin) || new URL(origin).host !== host) throw new AppError('ORIGIN_REFUSED');
  } else if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new AppError('ORIGIN_REFUSED');
  }
}
