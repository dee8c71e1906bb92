// What every template promises: the same goal gives the same files, and the check passes on them.
import { describe, expect, test } from '@jest/globals';
import { checkBuild, walk, withBuild } from './built-workspace.ts';
import { checkArgv } from './check-workspace.ts';
import { templateNames, templates } from './index.ts';
import { GOALS, NASTY } from './sample-goals.ts';

describe.each(templates.map((template) => [template.name, template] as const))('%s', (name, template) => {
  const goals = [
    ['its goal', GOALS[name] as string],
    ['a goal that tries to be code', NASTY],
    ['an empty goal', ' '],
  ];

  test.concurrent.each(goals)(
    'its check passes on a fresh build of %s and leaves it as it was',
    async (_kind, goal) => {
      await withBuild(template, goal as string, async (directory) => {
        const before = walk(directory);
        const { code, report, elapsedMs } = await checkBuild(template, directory);
        expect(report).not.toContain('not ok');
        expect(code).toBe(0);
        expect(report.match(/^ok - /gm)?.length).toBeGreaterThanOrEqual(4);
        expect(walk(directory)).toEqual(before);
        expect(elapsedMs).toBeLessThan(20_000);
      });
    },
  );

  test('has three steps or more, ends with a check and says what it made', () => {
    const steps = template.steps(GOALS[name] as string);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(steps.at(-1)?.check).toBe(true);
    for (const step of steps) {
      expect(step.result).toMatch(/^Successfully created /);
      expect(step.files.length).toBeGreaterThan(0);
    }
  });

  test('lists every file it makes once, with paths that the product takes', () => {
    const paths = template.steps('x').flatMap((step) => step.files.map((file) => file.path));
    expect(paths).toEqual(template.paths);
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths) expect(path).toMatch(/^[A-Za-z0-9_\-.][A-Za-z0-9_\-./]*$/);
    expect(paths).toContain('README.md');
  });

  test('the same goal gives the same bytes, and they name nothing of the network', () => {
    const goal = GOALS[name] as string;
    expect(template.steps(goal)).toEqual(template.steps(goal));
    const text = JSON.stringify(template.steps(goal));
    const addresses = text.match(/https?:\/\/[^\s"'`$)<\\]+/g) ?? [];
    const foreign = addresses.filter((address) => !/127\.0\.0\.1|localhost|www\.w3\.org\/2000\/svg/.test(address));
    expect(foreign).toEqual([]);
  });

  test('no mark is left over, whatever the goal has in it', () => {
    const goal = 'A landing page';
    for (const { content } of template.steps(goal).flatMap((step) => step.files)) {
      expect(content).not.toMatch(/\{\{\w+:\w+\}\}/);
    }
  });
});

test('a check is started by a fixed command line', () => {
  for (const name of templateNames) {
    const argv = checkArgv(name, '/a b; rm -rf "$HOME"');
    expect(argv[0]).toBe(process.execPath);
    expect(argv.at(-1)).toBe('/a b; rm -rf "$HOME"');
    expect(argv.at(-2)?.endsWith(`/templates/${name}/check.ts`)).toBe(true);
  }
  expect(() => checkArgv('../../x', '/')).toThrow('not a template');
});
