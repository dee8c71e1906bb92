import { expect, test } from '@playwright/test';
import { expectCompleted, openNewTask } from './on-page.ts';

test('what a step changed, and what all steps changed, is shown as text', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'claude' });
  await expect(card.getByTestId('all-changes')).toBeHidden();
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);

  await card.getByTestId('step-changes').nth(1).press('Enter');
  const view = card.getByTestId('diff-view');
  await expect(view).toBeFocused();
  await expect(view.getByTestId('diff-file')).toHaveCount(1);
  await expect(view.getByTestId('diff-file')).toContainText('part-2.txt');
  const lines = view.getByTestId('diff-line');
  await expect(lines).toHaveCount(2);
  await expect(lines.first()).toHaveAttribute('data-kind', 'added');
  await expect(lines.first().locator('.diff-text')).toHaveText('<i>Part 2</i>');

  await view.getByTestId('diff-to').selectOption({ label: 'after step 3' });
  await expect(view.getByTestId('diff-file')).toHaveCount(2);
  await expect(view).toContainText('Changes: steps 2 to 3');
  await card.getByTestId('all-changes').click();
  await expect(view.getByTestId('diff-file')).toHaveCount(3);
  await expect(view.getByTestId('diff-sum')).toContainText('3 files');
});
