import { expect, test } from '@playwright/test';
import { expectCompleted, openNewTask, openTab } from './on-page.ts';

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
  await expect(fork.getByTestId('parent-link')).toHaveAttribute('href', new RegExp(`^/task/${id}\\?`));
  await expect(fork.getByTestId('plan-step').and(fork.locator('[data-status=completed]'))).toHaveCount(2);
  await openTab(fork, 'files');
  await expect(fork.getByTestId('task-file')).toHaveCount(2, { timeout: 20_000 });
  // Nobody works on it yet, and it does not say otherwise.
  await expect(fork.getByTestId('task-status')).toHaveText('Not running');
  await fork.getByTestId('run-task-button').click();
  await expectCompleted(fork);
  await expect(fork.getByTestId('plan-step').nth(2)).toContainText('chatgpt');

  // Side by side: what each cost, and how their files differ.
  await fork.getByTestId('compare-link').click();
  const comparison = page.getByTestId('comparison');
  await expect(comparison.locator('[data-line="Built by"] td')).toHaveText(['claude', 'claude, chatgpt']);
  await expect(comparison.locator('[data-line="Steps done"] td')).toHaveText(['3 of 3', '3 of 3']);
  await expect(comparison.locator('[data-line="Cost"] td').first()).toContainText('$0.0');
  await expect(page.getByTestId('differences')).toContainText('Both have the same files.');

  await comparison.getByRole('link').first().click();
  await expect(page).toHaveURL(new RegExp(id));
  await expect(page.getByTestId('plan-step').nth(2)).toContainText('claude');
});
