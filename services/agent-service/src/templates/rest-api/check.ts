// Uses a built REST API: calls every endpoint, with good and bad input, and starts it again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkReadme, runCheck, startFile } from '../check-report.ts';
import { withServer } from '../started-program.ts';
import { restApi } from './template.ts';

await runCheck(restApi, async (check) => {
  checkReadme(check, 'npm start', 'POST /');
  await withServer(check.directory, startFile(check), async (url, dataDirectory) => {
    const { error } = (await (await fetch(url)).json()) as { error: string };
    const resource = error.match(/Try (\/[a-z]+)\./)?.[1] ?? '';
    check.ok(check.read('README.md').includes(`GET ${resource}`), `${resource} is described in README.md`);
    type Answer = { status: number; body: { id: number; name: string; note: string; length: number } };
    const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(`${url}${path}`, { method, ...(body !== undefined && { body: text }) });
      return {
        status: response.status,
        body: (response.status === 204 ? null : await response.json()) as Answer['body'],
      };
    };
    const created = await call('POST', resource, { name: ' First ', note: 'n' });
    check.ok(created.status === 201 && created.body.name === 'First', 'an item is created');
    const path = `${resource}/${created.body.id}`;
    check.ok((await call('GET', resource)).body.length === 1, 'it is listed');
    check.ok((await call('GET', path)).body.note === 'n', 'it can be read');
    check.ok((await call('PATCH', path, { name: 'Changed' })).body.name === 'Changed', 'it can be changed');
    check.ok((await call('GET', path)).body.note === 'n', 'and keeps the rest');
    check.ok((await call('POST', resource, { name: '' })).status === 422, 'an empty name is refused');
    check.ok((await call('POST', resource, { name: 'x', other: 1 })).status === 422, 'an unknown field is refused');
    check.ok((await call('POST', resource, '{')).status === 400, 'broken JSON is refused');
    check.ok((await call('PUT', path, {})).status === 405, 'an unknown method is refused');
    const kept = JSON.parse(readFileSync(join(dataDirectory, 'items.json'), 'utf8'));
    check.ok(kept.items[0].name === 'Changed', 'it is kept on disk');
    check.ok(
      (await call('DELETE', path)).status === 204 && (await call('GET', path)).status === 404,
      'it can be deleted',
    );
    check.ok((await call('DELETE', path)).status === 404, 'once');
    check.ok((await call('GET', '/health')).status === 200, 'it tells that it lives');
  });
});
