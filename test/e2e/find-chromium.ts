import { existsSync } from 'node:fs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Where a Chromium is installed: CHROMIUM_PATH says it, otherwise it is looked for; undefined when there is none. */
export function findChromium(): string | undefined {
  return process.env.CHROMIUM_PATH || USUAL_PLACES.find((path) => existsSync(path));
}
