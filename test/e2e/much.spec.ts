import { expect, test } from '@playwright/test';
import { HOSTILE_NAME } from './models.ts';
import { expectCompleted, openFile, openNewTask, openTab } from './on-page.ts';

test('a file of 5 MB is read line by line; hostile names are text, and terminal codes are gone', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'make much', agent_mode: 'claude' });
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);
  const view = await openFile(card, 'big.txt');
  await expect(view).toContainText('5.0 MB');
  await expect(view.locator('.code-line').first()).toContainText('1 <i>line</i>');
  expect(await view.locator('.code-line').count()).toBeLessThan(200);
  await view.getByRole('region', { name: 'Lines of big.txt' }).focus();
  await page.keyboard.press('End');
  await expect(view.locator('.code-line').last()).toContainText('<i>', { timeout: 15_000 });
  expect(await view.locator('.code-line').count()).toBeLessThan(200);

  await openTab(card, 'activity');
  const result = card.locator('[data-type=tool_finished]').first();
  await expect(result).toContainText('red and plain');
  expect(await result.textContent()).not.toContain('[31m');

  // The API reads no file of such a name, and says so; its name is in the list all the same.
  const refused = await openFile(card, HOSTILE_NAME);
  await expect(refused.getByTestId('problem')).toContainText('Path contains invalid characters');
  await expect(refused.getByTestId('problem')).toContainText('Request id');
  await expect(page.locator('main :is(img, iframe, script)')).toHaveCount(0);
});
