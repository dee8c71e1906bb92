// The process: opens the store, listens, ends when it is told to. No dependencies: node server.mjs
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { answer } from './api.mjs';
import { RESOURCE } from './record.mjs';
import { openStore } from './store.mjs';

const directory = process.env.DATA_DIR ?? fileURLToPath(new URL('data', import.meta.url));
const store = await openStore(directory, RESOURCE);
const page = await readFile(new URL('index.html', import.meta.url));

const server = createServer(async (request, response) => {
  if (request.method === 'GET' && (request.url === '/' || request.url === '/index.html')) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page);
    return;
  }
  const { status, body, headers } = await answer(store, request);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
});

server.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', () => {
  const { address, port } = server.address();
  console.log(`Listening on http://${address}:${port}/${RESOURCE}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
  });
}
