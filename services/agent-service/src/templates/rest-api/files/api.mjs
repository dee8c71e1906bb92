// The endpoints. A handler returns { status, body, headers } or throws a Refusal.
import { RESOURCE, readRecord } from './record.mjs';

const MAX_BODY_BYTES = 100 * 1024;
const MAX_LIMIT = 100;

class Refusal extends Error {
  constructor(status, code, message, more = {}) {
    super(message);
    Object.assign(this, { status, code, more });
  }
}

const collection = {
  GET({ store, query }) {
    const limit = readNumber(query, 'limit', 20, 1, MAX_LIMIT);
    const offset = readNumber(query, 'offset', 0, 0, Number.MAX_SAFE_INTEGER);
    return { status: 200, body: store.list({ text: query.get('q') ?? '', limit, offset }) };
  },
  async POST({ store, request }) {
    const created = await store.create(await readFields(request));
    return { status: 201, body: created, headers: { location: `/${RESOURCE}/${created.id}` } };
  },
};

const item = {
  GET: ({ record }) => ({ status: 200, body: record }),
  PUT: async ({ store, request, record }) => ({
    status: 200,
    body: await store.change(record.id, await readFields(request)),
  }),
  PATCH: async ({ store, request, record }) => ({
    status: 200,
    body: await store.change(record.id, await readFields(request, true)),
  }),
  async DELETE({ store, record }) {
    await store.remove(record.id);
    return { status: 204 };
  },
};

/** @returns an answer for every request, refusals and faults included */
export async function answer(store, request) {
  try {
    return await route(store, request);
  } catch (error) {
    if (error instanceof Refusal) {
      const { status, code, message, more } = error;
      const { headers, ...fields } = more;
      return { status, headers, body: { error: { code, message, ...fields } } };
    }
    console.error(error);
    return { status: 500, body: { error: { code: 'INTERNAL', message: 'Something went wrong.' } } };
  }
}

function route(store, request) {
  const [pathname, search] = request.url.split('?', 2);
  const query = new URLSearchParams(search);
  if (pathname === `/${RESOURCE}`) return call(collection, { store, request, query });
  const id = pathname.match(/^\/([a-z]+)\/(\d{1,15})$/);
  const record = id?.[1] === RESOURCE ? store.find(Number(id[2])) : undefined;
  if (!record) throw new Refusal(404, 'NOT_FOUND', 'There is nothing at this address.');
  return call(item, { store, request, record });
}

function call(methods, context) {
  const { method } = context.request;
  if (Object.hasOwn(methods, method)) return methods[method](context);
  const allow = Object.keys(methods).join(', ');
  throw new Refusal(405, 'METHOD_NOT_ALLOWED', `Here you can ${allow}.`, { headers: { allow } });
}

async function readFields(request, isPartial) {
  const { record, faults } = readRecord(await readJson(request), isPartial);
  if (faults) throw new Refusal(422, 'NOT_VALID', 'Some fields are not valid.', { fields: faults });
  return record;
}

async function readJson(request) {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    throw new Refusal(415, 'NOT_JSON', 'Send JSON, with content-type: application/json.');
  }
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // The rest is read but not kept, so that the client gets to see the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new Refusal(413, 'TOO_LARGE', 'At most 100 KB are taken.');
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal(400, 'BROKEN_JSON', 'The body is not JSON.');
  }
}

function readNumber(query, name, standard, least, most) {
  if (!query.has(name)) return standard;
  const number = Number(query.get(name));
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Refusal(400, 'BAD_QUERY', `${name} has to be a whole number from ${least} to ${most}.`);
}
