import { expect, test } from '@playwright/test';

test('without a session the page says how to sign in', async ({ browser }) => {
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const page = await context.newPage();
  await page.goto('/');
  await expect(page.getByTestId('sign-in')).toContainText('Use the sign-in link printed by npm start');
  await context.close();
});

test('a refused goal is shown with its reason and its request id', async ({ page }) => {
  await page.goto('/');
  await page.fill('input[name=goal]', '   ');
  await page.click('button[type=submit]');
  await expect(page.getByTestId('problem')).toContainText('Goal cannot be empty');
  await expect(page.getByTestId('problem')).toContainText('Request id');
});

test('the address of a task that is not there says so', async ({ page }) => {
  await page.goto('/?task=0198f0c2-7a10-7000-8000-00000000dead');
  await expect(page.getByTestId('problem')).toContainText('Task not found');
});
