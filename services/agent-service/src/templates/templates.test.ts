// Every template builds something that its check finds good, and the check finds what is missing or broken.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkArgv } from './check-workspace.ts';
import { chooseTemplate, templates } from './index.ts';
import type { Template } from './template.ts';

const GOALS: [string, string][] = [
  ['build a landing page with a contact form', 'landing-page'],
  ['Create a marketing website for my bakery', 'landing-page'],
  ['todo list app', 'to-do-app'],
  ['a to-do app with a contact form', 'to-do-app'],
  ['REST API for books', 'rest-api'],
  ['a backend with CRUD endpoints', 'rest-api'],
  ['a command line tool that counts words', 'command-line-tool'],
  ['a CLI', 'command-line-tool'],
  ['say hello world', 'hello-world'],
  ['hello world in python', 'hello-world'],
  ['a static page about tea', 'static-page'],
  ['a web page', 'static-page'],
  ['solve world hunger', 'project-skeleton'],
  ['x', 'project-skeleton'],
];

const NASTY = `</script><script>alert(1)</script> "quotes" 'single' \`tick\` \${process.exit(3)} */ // {{html:title}} \\ \n# heading\n\u2028 <img src=x onerror=alert(1)> 🎉 [a](b) |x| $& $1`;

/** Each breaks what the template is for, in one place. */
const BREAKS: Record<string, [file: string, from: string, to: string]> = {
  'landing-page': ['contact.mjs', "await appendFile(join(directory, 'messages.jsonl')", "await appendFile('/dev/null'"],
  'rest-api': ['store.mjs', 'Object.assign(item, fields)', 'Object.assign({}, fields)'],
  'command-line-tool': ['count.mjs', 'words: words.length', 'words: words.length + 1'],
  'to-do-app': ['to-do-list.js', 'done: !item.done', 'done: item.done'],
  'hello-world': ['greeting.mjs', 'Hello, $', 'Bye, $'],
  'static-page': ['index.html', 'href="#more"', 'href="#nowhere"'],
  'project-skeleton': ['src/project.mjs', '?? null', "?? ''"],
};

let root: string;
let number = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'builder templates '));
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function build(template: Template, goal: string): Promise<string> {
  number += 1;
  const directory = join(root, `work ${number}`);
  for (const { path, content } of template.steps(goal).flatMap((step) => step.files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}

function check(template: Template, directory: string): Promise<{ code: number | null; output: string }> {
  const [program, ...args] = checkArgv(template.name, directory) as [string, ...string[]];
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: { PATH: process.env.PATH } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function walk(directory: string): Promise<string[]> {
  const paths = (await readdir(directory, { recursive: true })).sort();
  return Promise.all(
    paths.map(async (path) => `${path} ${await readFile(join(directory, path), 'utf8').catch(() => 'directory')}`),
  );
}

test.each(GOALS)('%j is built from %s', (goal, name) => {
  expect(chooseTemplate(goal).name).toBe(name);
});

describe.each(templates.map((template) => [template.name, template] as const))('%s', (name, template) => {
  test('has at least three steps, the last with a check, and the same goal gives the same bytes', () => {
    const steps = template.steps('build something');
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(steps.at(-1)?.check).toBe(true);
    expect(template.steps('build something')).toEqual(steps);
    for (const step of steps) expect(step.result).toMatch(/^Successfully created /);
  });

  test('a fresh build passes the check, which leaves every byte as it was', async () => {
    const directory = await build(template, `${template.title} for tea`);
    const before = await walk(directory);
    const { code, output } = await check(template, directory);
    expect([code, output]).toEqual([0, expect.stringMatching(/^ok - /)]);
    expect(output).not.toContain(directory);
    expect(await walk(directory)).toEqual(before);
  });

  test('a hostile goal is shown as text and passes the check', async () => {
    const directory = await build(template, NASTY);
    expect(await check(template, directory)).toMatchObject({ code: 0 });
    for (const file of await walk(directory)) {
      if (file.includes('.html ')) expect(file).not.toMatch(/<script>alert|<img src=x/);
    }
  });

  test('without any one of its files the check fails', async () => {
    const survivors: string[] = [];
    await Promise.all(
      template.paths.map(async (path) => {
        const directory = await build(template, 'a thing');
        await rm(join(directory, path));
        if ((await check(template, directory)).code !== 1) survivors.push(path);
      }),
    );
    expect(survivors).toEqual([]);
  });

  test('the check finds out when it does not do what it is for', async () => {
    const [file, from, to] = BREAKS[name] as [string, string, string];
    const directory = await build(template, 'a thing');
    const text = await readFile(join(directory, file), 'utf8');
    expect(text).toContain(from);
    await writeFile(
      join(directory, file),
      text.replace(from, () => to),
    );
    const { code, output } = await check(template, directory);
    expect([code, output]).toEqual([1, expect.stringContaining('not ok - ')]);
  });
});
