import { expect, test } from '@playwright/test';
import { createTask } from './on-page.ts';

test('a key is made, shown once, works, and is taken away', async ({ page, playwright, baseURL }) => {
  await page.goto('/settings/keys');
  await page.fill('input[name=name]', 'for a <b>script</b>');
  await page.getByTestId('create-key').click();
  const key = (await page.getByTestId('secret').locator('code').textContent()) ?? '';
  const row = page.getByTestId('api-key').filter({ hasText: 'for a <b>script</b>' });
  await expect(row).toContainText('read, run');
  const script = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { authorization: `Bearer ${key}` } });
  expect((await script.get('/tasks')).status()).toBe(200);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await expect(page.locator('body')).not.toContainText(key);
  await row.getByTestId('revoke-key').click();
  await row.getByTestId('revoke-key-yes').click();
  await expect(row).toBeHidden();
  await expect.poll(async () => (await script.get('/tasks')).status()).toBe(401);
  await script.dispose();
});

test('a project is made and renamed, others are invited, and its webhooks tell what they sent', async ({ page }) => {
  await page.goto('/settings/projects');
  await page.getByTestId('create-project').locator('xpath=..').locator('input').fill('herons');
  await page.getByTestId('create-project').click();
  const project = page.getByTestId('project').filter({ hasText: 'herons' });
  await project.getByRole('button', { name: 'Members' }).click();
  await expect(project.getByTestId('member')).toHaveCount(1);
  await project.getByTestId('invite').click();
  await expect(project.getByTestId('secret')).toContainText('/?invitation=');
  await expect(project.getByTestId('invitation')).toHaveCount(1);
  await project.getByTestId('invitation').getByRole('button', { name: 'Take back' }).click();
  await expect(project.getByTestId('invitation')).toHaveCount(0);
  // The only owner cannot leave, and is told why.
  await project.getByTestId('remove-member').click();
  await project.getByTestId('remove-member-yes').click();
  await expect(project.getByTestId('problem')).toContainText('Request id');
  await project.locator('input[name=name]').fill('grey herons');
  await project.getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByTestId('project').filter({ hasText: 'grey herons' })).toBeVisible();

  await page.goto('/');
  await page.selectOption('select[name=project]', { label: 'grey herons' });
  const { id } = await createTask(page, 'build parts for herons');
  await page.goto('/board');
  await page.selectOption('.filters select[name=project]', { label: 'grey herons' });
  await expect(page.locator(`[data-task-id="${id}"]`)).toBeVisible();
  await page.selectOption('.filters select[name=project]', { label: 'Personal' });
  await expect(page.locator(`[data-task-id="${id}"]`)).toBeHidden();

  await page.goto('/settings/webhooks');
  // An address of this machine is none to send to, and the reason is shown.
  await page.fill('input[name=url]', 'http://127.0.0.1:9/hook');
  await page.getByTestId('create-webhook').click();
  await expect(page.getByTestId('problem')).toContainText('Request id');
  await page.fill('input[name=url]', 'https://receiver.invalid/hook');
  await page.getByTestId('create-webhook').click();
  await expect(page.getByTestId('secret').or(page.getByTestId('problem'))).toBeVisible();
});

test('light or dark is chosen, and kept in this browser', async ({ page }) => {
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Dark', exact: true })).toHaveAttribute('aria-pressed', 'true');
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(background).toBe('rgb(16, 19, 24)');
  await page.getByRole('button', { name: 'As the system' }).click();
});

test('a page that is not there, and one that only the owner of the installation may see, say so', async ({ page }) => {
  await page.goto('/settings/nothing');
  await expect(page.getByTestId('no-rights')).toBeVisible();
});

test("a project's budget is set, and a wrong sum cannot be", async ({ page }) => {
  await page.goto('/settings/budgets');
  const row = page.getByTestId('project-budget').first();
  await expect(row).toContainText('spent of no limit');
  await row.getByRole('button', { name: 'Change' }).click();
  await row.locator('input[name=cap]').fill('much');
  await expect(row.getByTestId('set-budget')).toBeDisabled();
  await row.locator('input[name=cap]').fill('250');
  await row.getByTestId('set-budget').click();
  await expect(row).toContainText('spent of $250.00');
  await row.getByRole('button', { name: 'Change' }).click();
  await row.locator('input[name=cap]').fill('');
  await row.getByTestId('set-budget').click();
  await expect(row).toContainText('spent of no limit');
});
