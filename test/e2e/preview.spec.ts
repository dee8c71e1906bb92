import { expect, test } from '@playwright/test';
import { expectCompleted, openNewTask, openTab } from './on-page.ts';

test('the built page is shown with its looks and scripts, in an origin that has nothing of ours', async ({
  page,
  context,
}) => {
  const { card } = await openNewTask(page, { goal: 'build a landing page with a contact form for a tea shop' });
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);
  await openTab(card, 'preview');
  // In the page it is in a frame, which is sandboxed as well.
  const framed = card.frameLocator('[data-testid=preview-frame]');
  await expect(framed.locator('h1')).toBeVisible();
  expect(await framed.locator('html').evaluate(() => window.origin)).toBe('null');
  expect(
    await framed.locator('html').evaluate(() => {
      try {
        return window.parent.document.title;
      } catch {
        return 'out of reach';
      }
    }),
  ).toBe('out of reach');
  const href = await card.locator('a[href^="/preview/"]').first().getAttribute('href');
  const preview = await context.newPage();
  const refused: string[] = [];
  preview.on('requestfailed', (request) => refused.push(`${request.url()}: ${request.failure()?.errorText}`));
  await preview.goto(href ?? '');
  await expect(preview.locator('h1')).toBeVisible();
  expect(refused).toEqual([]);
  expect(await preview.evaluate(() => document.styleSheets.length)).toBeGreaterThan(0);
  expect(await preview.evaluate(() => window.origin)).toBe('null');
  // Its script runs: without the form's server it says so, politely.
  await preview.fill('[name=name]', 'Ada');
  await preview.fill('[name=email]', 'ada@example.org');
  await preview.fill('[name=message]', 'hello');
  await preview.click('form [type=submit]');
  await expect(preview.getByText(/server/i).first()).toBeVisible();
  // It cannot call the API: the cookie does not go with a sandboxed page's requests.
  const status = await preview.evaluate(() =>
    fetch('/tasks').then(
      (answer) => answer.status,
      () => 0,
    ),
  );
  expect(status).not.toBe(200);
});
