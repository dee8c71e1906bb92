// Conditional reads (RFC 9110, 13): whoever has an answer already is told that it still holds, without the answer.
import { hash } from 'node:crypto';
import type { Request, Response } from 'express';

/** The tag of these bytes. */
export const etagOf = (bytes: string): string => `"${hash('sha1', bytes, 'base64url')}"`;

/**
 * Answers 304 when the client has what `etag` names. The answer is the client's own and is asked about each time: what was
 * read once is never shown again without asking.
 * @returns whether it did; otherwise the headers are set for the whole answer
 */
export function answeredUnchanged(request: Request, response: Response, etag: string): boolean {
  response.setHeader('etag', etag);
  if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'private, no-cache');
  if (!request.fresh) return false;
  for (const name of ['content-type', 'content-length', 'content-disposition']) response.removeHeader(name);
  response.status(304).end();
  return true;
}
