// One reading of a path, for authorisation and for the service alike: whatever two programs could read in two ways is
// refused.
import { AppError } from '@builder-ai/platform/problem';

const VERSION_PREFIX = '/v1';
/** Most paths: nothing in them could be read in another way. */
const PLAIN = /^(?:\/[A-Za-z0-9_-]+)+$/;

/**
 * The URL of a request without `/v1`; its query is left as it is.
 * @throws AppError PATH_INVALID for dot segments, hidden or doubled slashes, backslashes, control characters
 */
export function canonicalUrl(url: string): string {
  const path = pathOf(url);
  if (!PLAIN.test(path)) checkPath(path);
  return path.startsWith(`${VERSION_PREFIX}/`) ? url.slice(VERSION_PREFIX.length) : url;
}

function checkPath(path: string): void {
  if (!path.startsWith('/') || path.includes('//') || /[\\;#]/.test(path)) throw new AppError('PATH_INVALID');
  for (const part of path.split('/')) {
    const decoded = decode(part);
    if (decoded === '.' || decoded === '..' || hasHidden(decoded)) throw new AppError('PATH_INVALID');
  }
}

/** What comes before the query. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0] as string;
}

/** A slash or backslash that was written in another way, or a control character. */
function hasHidden(part: string): boolean {
  return [...part].some(
    (character) => character === '/' || character === '\\' || character < ' ' || character === '\x7f',
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AppError('PATH_INVALID');
  }
}
