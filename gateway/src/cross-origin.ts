// Pages of other origins that the operator has named may call the API (CORS_ORIGINS); all others' browsers keep them from it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import cors, { type CorsRequest } from 'cors';

export type CrossOrigin = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** What a page may read of an answer besides its body. */
const EXPOSED = ['ETag', 'Link', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'];
const PREFLIGHT_SECONDS = 600;

/** Answers preflights; of other requests it only says who may read the answer. */
export function newCrossOrigin(origins: ReadonlySet<string>): CrossOrigin {
  if (origins.size === 0) return (_request, _response, next) => next();
  const handle = cors<CorsRequest>({
    // Not by `true` or a pattern: an origin is one of the list, to the letter.
    origin: [...origins],
    credentials: true,
    exposedHeaders: EXPOSED,
    maxAge: PREFLIGHT_SECONDS,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  });
  return (request, response, next) => {
    // Others get no word of it, and a preflight of theirs is an OPTIONS like others.
    if (origins.has(request.headers.origin ?? '')) handle(request, response, next);
    else {
      response.setHeader('vary', 'Origin');
      next();
    }
  };
}
