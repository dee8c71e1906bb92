import { expect, type Page, test } from '@playwright/test';

async function newTask(page: Page, goal: string): Promise<string> {
  const headers = { origin: new URL(page.url()).origin };
  const answer = await page.request.post('/tasks', { data: { type: 'docs', goal, agent_mode: 'claude' }, headers });
  return (await answer.json()).id;
}

test('a task that is made and run elsewhere comes to the board, moves along its columns, and is told of', async ({
  page,
}) => {
  await page.goto('/board');
  await page.getByTestId('live-state').and(page.locator('[data-state=live]')).waitFor();
  await expect(page.getByTestId('column-queued').getByTestId('column-count')).not.toHaveText('…');
  const id = await newTask(page, 'build parts for the board');
  const card = (column: string) => page.getByTestId(`column-${column}`).locator(`[data-task-id="${id}"]`);
  await expect(card('queued')).toBeVisible();
  const headers = { origin: new URL(page.url()).origin };
  expect((await page.request.post(`/tasks/${id}/run-async`, { data: {}, headers })).ok()).toBe(true);
  await expect(card('completed')).toBeVisible({ timeout: 30_000 });
  await expect(card('queued')).toBeHidden();

  await expect(page.getByTestId('unread')).toBeVisible();
  await page.getByTestId('bell').click();
  const told = page.getByTestId('notification').filter({ hasText: 'build parts for the board' });
  await expect(told).toContainText('Done');
  await page.getByTestId('read-all').click();
  await expect(page.getByTestId('unread')).toBeHidden();
  await told.getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(`/task/${id}`));
});

test('tasks are searched and filtered, and the address keeps by what', async ({ page }) => {
  await page.goto('/board?view=list');
  const id = await newTask(page, 'write about herons');
  await page.fill('input[name=q]', 'herons');
  const rows = page.getByTestId('task-row');
  await expect(rows).toHaveCount(1);
  await expect(rows).toHaveAttribute('data-task-id', id);
  await expect(page).toHaveURL(/\/board\?view=list&q=herons$/);
  await page.selectOption('select[name=kind]', 'build');
  await expect(page.getByTestId('no-tasks')).toBeVisible();
  await page.reload();
  await expect(page.locator('input[name=q]')).toHaveValue('herons');
  await page.selectOption('select[name=kind]', 'docs');
  await page.getByRole('button', { name: 'Board' }).click();
  await expect(page.getByTestId('board-card')).toHaveCount(1);
});
