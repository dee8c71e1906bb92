// Serves the API's documents, and each as a page to read. They are made by `npm run generate`; nobody needs to sign in.
import { readFile } from 'node:fs/promises';
import { answeredUnchanged, etagOf } from '@builder-ai/platform/etag';
import { type RequestHandler, Router } from 'express';
import { apiPage } from './api-page.ts';
import { eventsPage } from './events-page.ts';

const read = (name: string) => readFile(new URL(`../../documents/${name}`, import.meta.url), 'utf8');

const served: Record<string, { type: string; make: () => Promise<string> }> = {
  '/openapi.json': { type: 'application/json', make: () => read('openapi.json') },
  '/asyncapi.json': { type: 'application/json', make: () => read('asyncapi.json') },
  '/docs': { type: 'text/html', make: async () => apiPage(JSON.parse(await read('openapi.json'))) },
  '/docs/events': { type: 'text/html', make: async () => eventsPage(JSON.parse(await read('asyncapi.json'))) },
  '/docs/style.css': { type: 'text/css', make: () => read('style.css') },
};

export function documents(): Router {
  const router = Router({ strict: true, caseSensitive: true });
  for (const [path, { type, make }] of Object.entries(served)) router.get(path, serve(type, make));
  return router;
}

/** Made at the first request and kept. */
function serve(type: string, make: () => Promise<string>): RequestHandler {
  let made: Promise<{ text: string; etag: string }> | undefined;
  return async (request, response) => {
    made ??= make().then((text) => ({ text, etag: etagOf(text) }));
    const { text, etag } = await made;
    response.setHeader('cache-control', 'no-cache');
    if (!answeredUnchanged(request, response, etag)) response.type(type).send(text);
  };
}
