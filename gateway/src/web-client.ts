// Serves the built web client: hashed files for ever, the page itself always fresh.
import express, { type RequestHandler } from 'express';

export function webClient(directory: string): RequestHandler {
  return express.static(directory, {
    index: 'index.html',
    setHeaders(response, path) {
      const hashed = /[\\/]assets[\\/]/.test(path);
      response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
