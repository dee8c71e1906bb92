import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { answer } from './api.mjs';
import { RESOURCE } from './record.mjs';
import { openStore } from './store.mjs';

let directory;
let server;
let url;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'api-test-'));
  const store = await openStore(directory, RESOURCE);
  server = createServer(async (request, response) => {
    const { status, body } = await answer(store, request);
    response.writeHead(status).end(body && JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}/${RESOURCE}`;
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true });
});

const send = (method, path, body) =>
  fetch(url + path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

test('what is created can be read, changed and deleted', async () => {
  const { id } = await (await send('POST', '', { name: 'First' })).json();
  assert.equal((await send('PATCH', `/${id}`, { notes: 'good' })).status, 200);
  assert.deepEqual(await (await fetch(`${url}/${id}`)).json(), { id, name: 'First', notes: 'good' });
  assert.equal((await fetch(`${url}/${id}`, { method: 'DELETE' })).status, 204);
  assert.equal((await fetch(`${url}/${id}`)).status, 404);
});

test('twenty at the same time get twenty ids, and all of them are kept', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `Number ${index}`);
  const made = await Promise.all(names.map(async (name) => (await send('POST', '', { name })).json()));
  assert.equal(new Set(made.map((record) => record.id)).size, 20);
  const again = await openStore(directory, RESOURCE);
  assert.equal(again.list({ text: '', limit: 100, offset: 0 }).total, 20);
});

test('what is not allowed is refused, with the reason by field', async () => {
  const response = await send('POST', '', { name: '', colour: 'red' });
  assert.equal(response.status, 422);
  assert.deepEqual(Object.keys((await response.json()).error.fields).sort(), ['colour', 'name']);
});
