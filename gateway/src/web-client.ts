// Serves the built web client: hashed files for ever, the page itself always fresh, at each of its addresses.
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';

/** The page's own addresses (web/src/app/router.tsx): it decides itself what is there. Everything else is the API's. */
const PAGES = ['/board', '/task/:id', '/compare', '/settings', '/settings/:section'];

const ALWAYS_FRESH = 'no-cache';

export function webClient(directory: string): RequestHandler {
  const router = Router();
  router.get(PAGES, (_request, response) =>
    response.sendFile(join(directory, 'index.html'), { headers: { 'cache-control': ALWAYS_FRESH } }),
  );
  router.use(
    express.static(directory, {
      index: 'index.html',
      setHeaders(response, path) {
        const hashed = /[\\/]assets[\\/]/.test(path);
        response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : ALWAYS_FRESH);
      },
    }),
  );
  return router;
}
