import { expect, test } from '@playwright/test';

test('an invitation makes an account on the page; its password signs in later, and a wrong one is told', async ({
  page,
  browser,
}) => {
  await page.goto('/');
  const headers = { origin: new URL(page.url()).origin };
  const project = await (await page.request.post('/projects', { data: { name: 'shared' }, headers })).json();
  const invitations = `/projects/${project.id}/invitations`;
  const invitation = await (await page.request.post(invitations, { data: { role: 'editor' }, headers })).json();

  const nobody = { storageState: { cookies: [], origins: [] } };
  const invited = await (await browser.newContext(nobody)).newPage();
  await invited.goto(invitation.path);
  await invited.fill('input[name=email]', 'invited@example.com');
  await invited.fill('input[name=password]', 'correct horse battery');
  await invited.click('button[type=submit]');
  await expect(invited.locator('input[name=goal]')).toBeVisible();

  const later = await (await browser.newContext(nobody)).newPage();
  await later.goto('/');
  await later.fill('input[name=email]', 'invited@example.com');
  await later.fill('input[name=password]', 'not the password');
  await later.click('button[type=submit]');
  await expect(later.getByTestId('problem')).toContainText('E-mail or password is wrong.');
  await later.fill('input[name=password]', 'correct horse battery');
  await later.click('button[type=submit]');
  await expect(later.locator('input[name=goal]')).toBeVisible();
});
