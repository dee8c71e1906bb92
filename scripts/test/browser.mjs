import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from './debian-packages.mjs';
import { run } from './run.mjs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

/** Runs the browser tests in a Chromium that is installed, or that may be installed here; else they are skipped by name. */
export async function runBrowserTests({ root, node, results, files }) {
  console.log('\nBrowser tests');
  const chromium = process.env.CHROMIUM_PATH ?? PLACES.find((path) => existsSync(path)) ?? (await installChromium());
  if (!chromium) {
    const names = readdirSync(join(root, 'test/e2e')).filter((name) => name.endsWith('.spec.ts'));
    return { skipped: names.map((name) => `test/e2e/${name} (no Chromium; install one, or run as root)`) };
  }
  const report = join(results, 'browser.json');
  const code = await run(
    node,
    [
      join(root, 'node_modules/@playwright/test/cli.js'),
      'test',
      '--config',
      'test/e2e/playwright.config.ts',
      '--reporter=list,json',
      ...files,
    ],
    {
      cwd: root,
      env: { ...process.env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    },
  );
  if (!existsSync(report)) return { failed: 1 };
  const { stats, errors } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = stats.unexpected + stats.flaky;
  if (code !== 0 && failed === 0) {
    for (const error of errors) console.error(error.message);
    return { passed: stats.expected, failed: 1 };
  }
  return {
    passed: stats.expected,
    failed,
    skipped: Array.from({ length: stats.skipped }, (_, index) => `browser test ${index + 1}`),
  };
}

/** Debian's Chromium, where we are allowed to install it. */
async function installChromium() {
  await installPackages(['chromium']);
  return PLACES.find((path) => existsSync(path));
}
