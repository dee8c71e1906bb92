// One reading of a path, for authorisation and for the service alike: whatever two programs could read in two ways is
// refused.
import { AppError } from '@builder-ai/platform/problem';

const VERSION_PREFIX = '/v1';

/**
 * The path without query, without `/v1`.
 * @throws AppError PATH_INVALID for dot segments, hidden or doubled slashes, backslashes, control characters
 */
export function canonicalPath(url: string): string {
  const [path = ''] = url.split('?', 1);
  if (!path.startsWith('/') || path.includes('//') || path.includes('\\') || path.includes(';'))
    throw new AppError('PATH_INVALID');
  for (const part of path.split('/')) {
    const decoded = decode(part);
    if (decoded === '.' || decoded === '..' || hasHidden(decoded)) throw new AppError('PATH_INVALID');
  }
  return path.startsWith(`${VERSION_PREFIX}/`) ? path.slice(VERSION_PREFIX.length) : path;
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
