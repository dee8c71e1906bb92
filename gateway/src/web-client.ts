// Serves the built web client: hashed files for ever, the page itself always fresh, at each of its addresses; and as the build
// has compressed them, to whoever takes that.
import { existsSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import express, { type RequestHandler, Router } from 'express';

/** The page's own addresses (web/src/app/router.tsx): it decides itself what is there. Everything else is the API's. */
export const PAGES = ['/board', '/task/:id', '/compare', '/settings', '/settings/:section'];
const PAGE = '/index.html';

const ALWAYS_FRESH = 'no-cache';
/** The smallest first. */
const ENCODINGS = { br: '.br', gzip: '.gz' };

export function webClient(directory: string): RequestHandler {
  const router = Router();
  router.get(['/', ...PAGES], (request, _response, next) => {
    request.url = PAGE;
    next();
  });
  router.use(chooseCompressed(directory));
  router.use(
    express.static(directory, {
      index: false,
      redirect: false,
      setHeaders(response, path) {
        const hashed = /[\\/]assets[\\/]/.test(path);
        response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : ALWAYS_FRESH);
        const [encoding, ending] = Object.entries(ENCODINGS).find((each) => path.endsWith(each[1])) ?? [];
        if (encoding === undefined || ending === undefined) return;
        response.setHeader('content-encoding', encoding);
        response.type(extname(path.slice(0, -ending.length)));
      },
    }),
  );
  return router;
}

/** A file's compressed form is another file, with a length and an ETag of its own. */
function chooseCompressed(directory: string): RequestHandler {
  const found = existsSync(directory) ? readdirSync(directory, { recursive: true }) : [];
  const files = new Set(found.map((file) => `/${String(file).replaceAll('\\', '/')}`));
  return (request, response, next) => {
    const { path } = request;
    const forms = Object.entries(ENCODINGS).filter(([, ending]) => files.has(path + ending));
    if (forms.length > 0) {
      response.vary('Accept-Encoding');
      // Asked one by one: of several that a browser takes alike it would be the one that it names first.
      const [, ending] = forms.find(([encoding]) => request.acceptsEncodings(encoding)) ?? [];
      if (ending) request.url = path + ending;
    }
    next();
  };
}
