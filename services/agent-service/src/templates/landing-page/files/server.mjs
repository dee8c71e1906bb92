// Serves the page and takes the form's messages. No dependencies: node server.mjs
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findErrors, storeMessage } from './contact.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const dataDirectory = process.env.DATA_DIR ?? join(root, 'data');
const MAX_BODY_BYTES = 64 * 1024;

const pages = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/index.html': ['index.html', 'text/html; charset=utf-8'],
  '/styles.css': ['styles.css', 'text/css; charset=utf-8'],
  '/script.js': ['script.js', 'text/javascript; charset=utf-8'],
};

async function readBody(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MAX_BODY_BYTES) throw Object.assign(new Error('The message is too large.'), { status: 413 });
  }
  if (!request.headers['content-type']?.startsWith('application/json'))
    return Object.fromEntries(new URLSearchParams(body));
  try {
    return Object(JSON.parse(body));
  } catch {
    throw Object.assign(new Error('That is not JSON.'), { status: 400 });
  }
}

function send(response, status, body, type = 'application/json; charset=utf-8') {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' });
  response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (request.method === 'POST' && pathname === '/messages') {
    const message = await readBody(request);
    const errors = findErrors(message);
    if (Object.keys(errors).length > 0) return send(response, 422, { errors });
    await storeMessage(dataDirectory, message);
    return send(response, 201, { stored: true });
  }
  const page = pages[pathname];
  if (!page || (request.method !== 'GET' && request.method !== 'HEAD'))
    return send(response, 404, { error: 'Not found' });
  return send(response, 200, await readFile(join(root, page[0])), page[1]);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) =>
    send(response, error.status ?? 500, { error: error.status ? error.message : 'Internal error' }),
  );
});

server.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', () => {
  const { address, port } = server.address();
  console.log(`Open http://${address}:${port}`);
});
