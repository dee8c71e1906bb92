import { expect, test } from '@playwright/test';
import { expectCompleted, openNewTask } from './on-page.ts';

test('a task is forked at a step for another agent, leads back to its parent, and leaves that as it is', async ({
  page,
}) => {
  const { id, card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'claude' });
  await expect(card.getByTestId('fork-here')).toBeHidden();
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);

  await card.getByTestId('fork-here').nth(2).press('Enter');
  await card.getByTestId('fork-box').locator('select[name=agent_mode]').selectOption('chatgpt');
  await card.getByTestId('fork-button').click();
  await expect(page).not.toHaveURL(new RegExp(id));
  const fork = page.getByTestId('task-card');
  await expect(fork.getByTestId('parent-link')).toHaveAttribute('href', `/?task=${id}`);
  await expect(fork.getByTestId('plan-step').and(fork.locator('[data-status=completed]'))).toHaveCount(2);
  await expect(fork.getByTestId('task-file')).toHaveCount(2, { timeout: 20_000 });
  await fork.getByTestId('run-task-button').click();
  await expectCompleted(fork);
  await expect(fork.getByTestId('plan-step').nth(2)).toContainText('chatgpt');

  await fork.getByTestId('parent-link').click();
  await expect(page).toHaveURL(new RegExp(id));
  await expect(page.getByTestId('plan-step').nth(2)).toContainText('claude');
});
