// Conditional reads (RFC 9110, 13): whoever has an answer already is told that it still holds, without the answer.
import { hash } from 'node:crypto';
import type { Request, Response } from 'express';

/** The tag of these bytes. */
export const etagOf = (bytes: string): string => `"${hash('sha1', bytes, 'base64url')}"`;

/**
 * Not Express's `fresh`: programs that set If-None-Match by `fetch` send `Cache-Control: no-cache` as well, which asks
 * caches on the way not to answer by themselves, and us nothing.
 */
function isNamed(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  const strong = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || strong(tag) === strong(etag));
}

/**
 * Answers 304 when the client has what `etag` names. The answer is the client's own and is asked about each time: what was
 * read once is never shown again without asking.
 * @returns whether it did; otherwise the headers are set for the whole answer
 */
export function answeredUnchanged(request: Request, response: Response, etag: string): boolean {
  response.setHeader('etag', etag);
  if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'private, no-cache');
  if (!isNamed(etag, request.get('if-none-match'))) return false;
  for (const name of ['content-type', 'content-length', 'content-disposition']) response.removeHeader(name);
  response.status(304).end();
  return true;
}
