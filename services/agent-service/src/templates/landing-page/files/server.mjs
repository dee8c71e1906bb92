// Serves the page and takes the form's messages. No dependencies: node server.mjs
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findErrors, readFields, storeMessage } from './contact.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const dataDirectory = process.env.DATA_DIR ?? join(root, 'data');
const MAX_BODY_BYTES = 64 * 1024;

const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

/** The only files that are served. */
const files = {
  '/': ['index.html', HTML],
  '/index.html': ['index.html', HTML],
  '/thanks.html': ['thanks.html', HTML],
  '/styles.css': ['styles.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/script.js': ['script.js', 'text/javascript; charset=utf-8'],
};

function failure(status, message) {
  return Object.assign(new Error(message), { status });
}

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // The rest is read but not kept, so that the sender gets to see the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw failure(413, 'The message is too large.');
  return Buffer.concat(chunks).toString('utf8');
}

function send(response, status, type, body, headers = {}) {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff', ...headers });
  response.end(body);
}

const sendJson = (response, status, body) => send(response, status, JSON_TYPE, JSON.stringify(body));

/** The script sends JSON and gets JSON; a browser without scripts sends a form and gets pages. */
async function takeMessage(request, response) {
  const body = await readBody(request);
  const isJson = request.headers['content-type']?.startsWith('application/json');
  let input;
  try {
    input = isJson ? Object(JSON.parse(body)) : Object.fromEntries(new URLSearchParams(body));
  } catch {
    throw failure(400, 'That is not JSON.');
  }
  const fields = readFields(input);
  const errors = findErrors(fields);
  if (Object.keys(errors).length > 0) {
    if (isJson) return sendJson(response, 422, { errors });
    const list = Object.values(errors).map((text) => `<li>${text}</li>`);
    const page = `<!doctype html><title>Not sent yet</title><h1>Not sent yet</h1><ul>${list.join('')}</ul>
<p>Go back with your browser to correct it; nothing you typed is lost.</p>`;
    return send(response, 422, HTML, page);
  }
  await storeMessage(dataDirectory, fields);
  if (isJson) return sendJson(response, 201, { stored: true });
  return send(response, 303, HTML, '', { location: '/thanks.html' });
}

async function answer(request, response) {
  const pathname = request.url.split('?')[0];
  if (pathname === '/messages' && request.method === 'POST') return takeMessage(request, response);
  const file = Object.hasOwn(files, pathname) && files[pathname];
  if (!file) throw failure(404, 'There is nothing at this address.');
  if (request.method !== 'GET' && request.method !== 'HEAD') throw failure(405, 'This address is only for reading.');
  const [name, type] = file;
  return send(response, 200, type, await readFile(join(root, name)));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    if (!error.status) console.error(error);
    sendJson(response, error.status ?? 500, { error: error.status ? error.message : 'Something went wrong.' });
  });
});

server.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', () => {
  const { address, port } = server.address();
  console.log(`Open http://${address}:${port}`);
});
