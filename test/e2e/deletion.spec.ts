import { expect, test } from '@playwright/test';
import { createTask, openNewTask } from './on-page.ts';

test('a task is deleted on its page, after it was asked; a second page that shows it is told', async ({
  page,
  context,
}) => {
  const { id, card } = await openNewTask(page, { goal: 'write about egrets', type: 'docs' });
  const other = await context.newPage();
  await other.goto(`/task/${id}`);
  await expect(other.getByTestId('feed-state')).toHaveAttribute('data-state', 'live');
  await card.getByTestId('delete-button').click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await card.getByTestId('delete-button').click();
  await page.getByTestId('delete-button-yes').click();
  await expect(page).toHaveURL(/\/board/);
  await expect(page.locator(`[data-task-id="${id}"]`)).toHaveCount(0);
  await expect(other.getByTestId('task-deleted')).toBeVisible();
  await other.reload();
  await expect(other.getByTestId('no-task')).toBeVisible();
});

test('a task is deleted in the list, and goes from the board of another page as well', async ({ page, context }) => {
  await page.goto('/');
  const { id, card } = await createTask(page, 'write about storks');
  const board = await context.newPage();
  await board.goto('/board');
  await board.getByTestId('live-state').and(board.locator('[data-state=live]')).waitFor();
  await expect(board.locator(`[data-task-id="${id}"]`)).toBeVisible();
  await card.getByTestId('delete-button').click();
  await card.getByTestId('delete-button-yes').click();
  await expect(page.locator(`[data-task-id="${id}"]`)).toHaveCount(0);
  await expect(board.locator(`[data-task-id="${id}"]`)).toHaveCount(0);
});

test('a project is deleted by its owner, an account by its user', async ({ page, browser }) => {
  await page.goto('/settings/projects');
  await page.getByTestId('create-project').locator('xpath=..').locator('input').fill('storks');
  await page.getByTestId('create-project').click();
  const project = page.getByTestId('project').filter({ hasText: 'storks' });
  await project.getByRole('button', { name: 'Members' }).click();
  await project.getByTestId('delete-project').click();
  await project.getByTestId('delete-project-yes').click();
  await expect(project).toHaveCount(0);

  const headers = { origin: new URL(page.url()).origin };
  const shared = await (await page.request.post('/projects', { data: { name: 'shared' }, headers })).json();
  const invitation = await (
    await page.request.post(`/projects/${shared.id}/invitations`, { data: { role: 'editor' }, headers })
  ).json();
  const leaving = await (await browser.newContext({ storageState: { cookies: [], origins: [] } })).newPage();
  await leaving.goto(invitation.path);
  await leaving.fill('input[name=email]', 'leaving@example.com');
  await leaving.fill('input[name=password]', 'correct horse battery');
  await leaving.click('button[type=submit]');
  await expect(leaving.locator('input[name=goal]')).toBeVisible();
  await leaving.goto('/settings/profile');
  await leaving.fill('input[name=password-to-delete]', 'not the password');
  await leaving.getByTestId('delete-account').click();
  await leaving.getByTestId('delete-account-yes').click();
  await expect(leaving.getByTestId('problem')).toContainText('E-mail or password is wrong.');
  await leaving.fill('input[name=password-to-delete]', 'correct horse battery');
  await leaving.getByTestId('delete-account').click();
  await leaving.getByTestId('delete-account-yes').click();
  await expect(leaving.locator('input[name=email]')).toBeVisible();
  await leaving.close();
});
