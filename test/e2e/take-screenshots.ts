// Takes the pictures in docs/screenshots anew, of the real product with scripted models. Usage: npm run screenshots
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { findChromium } from './find-chromium.ts';
import { startModels } from './models.ts';
import { startProduct } from './product.ts';

const DIRECTORY = resolve(import.meta.dirname, '../../docs/screenshots');
const GOAL = 'Build a landing page with a contact form for a tea shop';
const TIME_LIMIT_MS = 90_000;

type Picture = { name: string; path: string; wait: string; dark?: boolean; phone?: boolean };

let session: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>> | undefined;

const models = await startModels();
const product = await startProduct(models.env);
const executablePath = findChromium();
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox'] });
try {
  await mkdir(DIRECTORY, { recursive: true });
  const page = await open(browser, {});
  const built = await run(page, { goal: GOAL });
  const reviewed = await run(page, { goal: 'build parts and send back', agent_mode: 'multi' });
  await run(page, { goal: 'build parts, and ask me which colour', agent_mode: 'claude' }, 'waiting');
  const forked = await post(page, `/tasks/${reviewed}/fork`, { at_step: 1, agent_mode: 'chatgpt' });
  await run(page, {}, 'completed', forked.id);
  const pictures: Picture[] = [
    { name: 'home', path: '/', wait: '[data-testid=task-log]' },
    { name: 'task', path: `/task/${reviewed}`, wait: '[data-testid=timeline-event]' },
    { name: 'history', path: `/task/${reviewed}?at=40&tab=files`, wait: '[data-testid=task-file]' },
    { name: 'preview', path: `/task/${built}?tab=preview`, wait: 'iframe', dark: true },
    { name: 'board', path: '/board', wait: '[data-testid=board-card]', dark: true },
    { name: 'compare', path: `/compare?left=${reviewed}&right=${forked.id}`, wait: '[data-testid=diff-sum]' },
    { name: 'phone', path: `/task/${built}`, wait: '[data-testid=timeline-event]', phone: true },
  ];
  for (const picture of pictures) await take(browser, picture);
} finally {
  await browser.close();
  await product.stop();
  await models.close();
}

async function open(browser: Browser, { dark, phone }: Partial<Picture>): Promise<Page> {
  const page = await browser.newPage({
    baseURL: product.url,
    colorScheme: dark ? 'dark' : 'light',
    viewport: phone ? { width: 390, height: 780 } : { width: 1200, height: 760 },
    ...(session && { storageState: session }),
  });
  page.setDefaultTimeout(TIME_LIMIT_MS);
  if (!session) {
    await page.goto(product.signInLink);
    await page.waitForSelector('input[name=goal]');
    session = await page.context().storageState();
  }
  return page;
}

/** A busy machine answers 503 for a moment. */
async function post(page: Page, path: string, data: object, triesLeft = 10): Promise<{ id: string }> {
  const answer = await page.request.post(path, { data, headers: { origin: product.url } });
  if (answer.status() === 503 && triesLeft > 0) {
    await page.waitForTimeout(2_000);
    return post(page, path, data, triesLeft - 1);
  }
  if (!answer.ok()) throw new Error(`POST ${path}: ${await answer.text()}`);
  return answer.json();
}

/** Makes a task, unless one is named, and runs it until it stands so. */
async function run(page: Page, task: object, until = 'completed', known?: string): Promise<string> {
  const id = known ?? (await post(page, '/tasks', { type: 'build', ...task })).id;
  await post(page, `/tasks/${id}/run-async`, {});
  await page.goto(`/task/${id}`);
  await page.waitForSelector(`[data-testid=task-status][data-status=${until}]`);
  return id;
}

async function take(browser: Browser, picture: Picture): Promise<void> {
  const page = await open(browser, picture);
  await page.goto(picture.path);
  await page.waitForSelector(picture.wait);
  await page.locator('[data-testid=live-state][data-state=live]').waitFor();
  // What is in a frame has no sign of its own that it was drawn.
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.waitForTimeout(500);
  await page.screenshot({ path: resolve(DIRECTORY, `${picture.name}.png`), animations: 'disabled' });
  await page.close();
}
