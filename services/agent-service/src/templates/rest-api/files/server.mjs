// A REST API without dependencies: node server.mjs
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { checkItem } from './rules.mjs';
import { openStore } from './store.mjs';

const RESOURCE = '{{name:resource}}';
const MAX_BODY_BYTES = 64 * 1024;

const store = await openStore(process.env.DATA_DIR ?? fileURLToPath(new URL('data', import.meta.url)));

class HttpError extends Error {
  constructor(status, message, errors) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

async function readJson(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MAX_BODY_BYTES) throw new HttpError(413, 'The body is too large.');
  }
  try {
    return JSON.parse(body);
  } catch {
    throw new HttpError(400, 'The body is not JSON.');
  }
}

async function readItem(request, options) {
  const { fields, errors } = checkItem(await readJson(request), options);
  if (errors) throw new HttpError(422, 'The item has faults.', errors);
  return fields;
}

function found(item) {
  if (!item) throw new HttpError(404, 'There is no such item.');
  return item;
}

async function answer(request) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/health') return [200, { status: 'ok' }];
  const match = pathname.match(/^\/([^/]+)(?:\/(\d+))?$/);
  if (match?.[1] !== RESOURCE) throw new HttpError(404, `Not found. Try /${RESOURCE}.`);
  const id = match[2] === undefined ? undefined : Number(match[2]);
  if (id === undefined) {
    if (request.method === 'GET') return [200, store.list()];
    if (request.method === 'POST') return [201, await store.create(await readItem(request))];
  } else {
    if (request.method === 'GET') return [200, found(store.find(id))];
    if (request.method === 'PATCH') {
      found(store.find(id));
      return [200, await store.update(id, await readItem(request, { partial: true }))];
    }
    if (request.method === 'DELETE') return [204, found(await store.remove(id))];
  }
  throw new HttpError(405, 'This method is not known here.');
}

const server = createServer(async (request, response) => {
  let status;
  let body;
  try {
    [status, body] = await answer(request);
  } catch (error) {
    status = error.status ?? 500;
    body = { error: error.status ? error.message : 'Internal error', ...(error.errors && { errors: error.errors }) };
    if (!error.status) console.error(error);
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(status === 204 ? undefined : JSON.stringify(body));
});

server.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', () => {
  const { address, port } = server.address();
  console.log(`Listening on http://${address}:${port}/${RESOURCE}`);
});
