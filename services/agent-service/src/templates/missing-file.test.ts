// Every file counts: without any one of them, or with it empty, the check of its template fails and says why.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkBuild, withBuild } from './built-workspace.ts';
import { templates } from './index.ts';
import { GOALS } from './sample-goals.ts';

const files = templates.flatMap((template) => template.paths.map((path) => [template.name, path, template] as const));

test.concurrent.each(files)('the check of %s fails without %s', async (name, path, template) => {
  await withBuild(template, GOALS[name] as string, async (directory) => {
    rmSync(join(directory, path));
    const { code, report } = await checkBuild(template, directory);
    expect([code, report]).toEqual([1, expect.stringMatching(/^not ok - /m)]);
    expect(report).toContain(path);
  });
});

test.concurrent.each(files)('the check of %s fails with an empty %s', async (name, path, template) => {
  await withBuild(template, GOALS[name] as string, async (directory) => {
    writeFileSync(join(directory, path), '');
    const { code, report } = await checkBuild(template, directory);
    expect([code, report]).toEqual([1, expect.stringMatching(/^not ok - /m)]);
  });
});
