// Uses a built REST API: starts it, creates, lists, gets, changes and deletes, tries what has to be refused, restarts it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOwnTests } from '../check-own-tests.ts';
import { checkPage } from '../check-page.ts';
import { type Check, checkReadme, runCheck, startFile } from '../check-report.ts';
import { withServerOn } from '../started-program.ts';
import { restApi } from './template.ts';

type Item = { id: number; name: string; notes: string };

await runCheck(restApi, async (check) => {
  checkReadme(check, 'npm start', 'npm test', 'curl');
  checkPage(check, 'index.html');
  checkOwnTests(check, 'api.test.mjs');

  const file = startFile(check);
  const dataDirectory = mkdtempSync(join(tmpdir(), 'builder-check-'));
  try {
    let path = '';
    await withServerOn(dataDirectory, check.directory, file, async (url) => {
      path = await findCollection(check, url);
      await useCollection(check, url, path);
      await tryRefusals(check, url, path);
    });
    await withServerOn(dataDirectory, check.directory, file, async (url) => {
      const { total } = (await (await fetch(url + path)).json()) as { total: number };
      check.ok(total === 1, 'what was created is still there after a restart');
    });
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
});

/** The page says what the API is for; so does the README. */
async function findCollection(check: Check, url: string): Promise<string> {
  const page = await (await fetch(url)).text();
  const path = page.match(/GET<\/b> <code>(\/[a-z]+)</)?.[1] ?? '';
  check.ok(path && check.read('README.md').includes(path), `the page and the README tell of ${path}`);
  const response = await fetch(url + path);
  check.ok(response.status === 200 && (await response.text()).includes('"total":0'), `${path} starts empty`);
  return path;
}

function send(method: string, url: string, body: unknown): Promise<Response> {
  return fetch(url, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

async function useCollection(check: Check, url: string, path: string): Promise<void> {
  const created = await send('POST', url + path, { name: ' First "one" ', notes: 'a\nb' });
  const location = created.headers.get('location') ?? '';
  const first = (await created.json()) as Item;
  check.ok(created.status === 201 && location === `${path}/${first.id}`, 'create answers with its address');
  check.ok(first.name === 'First "one"' && first.notes === 'a\nb', 'create answers with what was sent, trimmed');
  const second = (await (await send('POST', url + path, { name: 'Second' })).json()) as Item;

  const got = (await (await fetch(url + location)).json()) as Item;
  check.ok(got.name === first.name && got.id === first.id, 'get gives what was created');
  const list = (await (await fetch(`${url}${path}?limit=1&offset=1`)).json()) as { items: Item[]; total: number };
  check.ok(list.total === 2 && list.items.length === 1 && list.items[0]?.id === second.id, 'list gives pages');
  const search = (await (await fetch(`${url}${path}?q=FIRST`)).json()) as { items: Item[] };
  check.ok(search.items.length === 1 && search.items[0]?.id === first.id, 'list searches');

  const changed = await send('PATCH', url + location, { notes: 'changed' });
  check.ok(changed.status === 200, 'a change is taken');
  const after = (await (await fetch(url + location)).json()) as Item;
  check.ok(after.notes === 'changed' && after.name === first.name, 'it changes what was sent and nothing else');
  await send('PUT', url + location, { name: 'Replaced' });
  const replaced = (await (await fetch(url + location)).json()) as Item;
  check.ok(replaced.name === 'Replaced' && replaced.notes === '', 'a replacement replaces all of it');

  check.ok((await fetch(url + location, { method: 'DELETE' })).status === 204, 'delete is answered with 204');
  check.ok((await fetch(url + location)).status === 404, 'what was deleted is gone');
}

async function tryRefusals(check: Check, url: string, path: string): Promise<void> {
  const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
  const asText = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' };
  const refusals: [string, Promise<Response>, number][] = [
    ['a record that is not there', fetch(`${url}${path}/999`), 404],
    ['an id that is none', fetch(`${url}${path}/x`), 404],
    ['an unknown address', fetch(`${url}/__proto__`), 404],
    ['a method that is not offered', fetch(url + path, { method: 'DELETE' }), 405],
    ['a page size that is none', fetch(`${url}${path}?limit=0`), 400],
    ['broken JSON', fetch(url + path, broken), 400],
    ['another media type', fetch(url + path, asText), 415],
    ['too much', send('POST', url + path, { name: 'a', notes: 'x'.repeat(200_000) }), 413],
    ['an empty name', send('POST', url + path, { name: ' ' }), 422],
    ['a name that is no text', send('POST', url + path, { name: 5 }), 422],
    ['an unknown field', send('POST', url + path, { name: 'a', nmae: 'b' }), 422],
  ];
  for (const [what, response, expected] of refusals) {
    const { status } = await response;
    check.ok(status === expected, `${what} is refused with ${expected}${status === expected ? '' : `, not ${status}`}`);
  }
}
