// The checks can fail: each is run on a build that has all its files but does not do what it is for.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkBuild, withBuild } from './built-workspace.ts';
import { templates } from './index.ts';
import { GOALS } from './sample-goals.ts';

test.concurrent.each([
  ['hello-world', 'greets nobody by name', 'greeting.mjs', "{name.trim() || 'world'}", "{'world'}"],
  ['landing-page', 'stores no message', 'contact.mjs', 'await appendFile(', 'void ('],
  [
    'landing-page',
    'takes any e-mail address',
    'contact.mjs',
    '!/^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$/.test(fields.email)',
    'false',
  ],
  ['landing-page', 'has a link to nowhere', 'index.html', 'href="#how"', 'href="#hwo"'],
  [
    'landing-page',
    'serves every file',
    'server.mjs',
    'throw failure(404',
    "return send(response, 200, HTML, ''); throw failure(404",
  ],
  ['landing-page', 'ends when it is started', 'server.mjs', 'console.log(`Open', 'process.exit(3); console.log(`Open'],
  ['static-page', 'has a link to a page that is not there', 'index.html', 'about.html#contact', 'contact.html#contact'],
  ['static-page', 'has a heading of something else', 'index.html', '<h1>', '<h1>Welcome to '],
  [
    'static-page',
    'loads a font from the network',
    'styles.css',
    ':root {',
    '@import "//fonts.example/x.css";\n:root {',
  ],
  ['rest-api', 'forgets at the end', 'store.mjs', 'await rename(', 'void ('],
  ['rest-api', 'deletes nothing', 'store.mjs', 'byId.delete(id)', 'byId.get(id)'],
  ['rest-api', 'takes unknown fields', 'record.mjs', '!Object.hasOwn(FIELDS, field)', 'false'],
  [
    'rest-api',
    'answers every address',
    'api.mjs',
    'throw new Refusal(404',
    'return { status: 200 }; throw new Refusal(404',
  ],
  ['command-line-tool', 'counts too much', 'text.mjs', "if (lines.at(-1) === '') lines.pop();", ''],
  ['command-line-tool', 'finds by the exact letters', 'commands/find.mjs', 'wanted.toLowerCase()', 'wanted'],
  ['command-line-tool', 'ends well when it fails', 'cli.mjs', 'process.exitCode = 2', 'process.exitCode = 0'],
  ['to-do-app', 'adds nothing', 'app.js', 'update(list.add(items, field.value))', 'update(items)'],
  ['to-do-app', 'forgets', 'app.js', 'localStorage.setItem(KEY, JSON.stringify(items))', 'void KEY'],
  ['to-do-app', 'shows text as HTML', 'app.js', 'textContent: item.text', 'innerHTML: item.text'],
  ['to-do-app', 'does not filter', 'list.js', "filter === 'all' ? items", 'true ? items'],
  ['to-do-app', 'breaks where nothing can be kept', 'app.js', '  load();\n', '  void localStorage;\n  load();\n'],
  ['project-skeleton', 'does not show what is open', 'src/main.mjs', 'of open) console', 'of []) console'],
  ['project-skeleton', 'has a test that fails', 'src/plan.mjs', "mark === 'x'", "mark === ' '"],
])('the check of %s fails when it %s', async (name, _fault, path, from, to) => {
  const template = templates.find((candidate) => candidate.name === name);
  if (!template) throw new Error(`There is no template ${name}.`);
  await withBuild(template, GOALS[name] as string, async (directory) => {
    const file = join(directory, path);
    const good = readFileSync(file, 'utf8');
    expect(good).toContain(from);
    writeFileSync(
      file,
      good.replaceAll(from, () => to),
    );
    const { code, report } = await checkBuild(template, directory);
    expect([code, report]).toEqual([1, expect.stringMatching(/^not ok - /m)]);
  });
});
