import { expect, test } from '@playwright/test';
import { expectCompleted, openNewTask, openTab } from './on-page.ts';

test('a task is gone back in, by keyboard too: plan, files and cost are as they were', async ({ page }) => {
  const { id, card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'claude' });
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);
  const usage = await (await page.request.get(`/tasks/${id}/usage`)).json();
  await openTab(card, 'files');
  await expect(card.getByTestId('task-file')).toHaveCount(3);

  const done = card.getByTestId('plan-step').and(card.locator('[data-status=completed]'));
  for (const steps of [3, 2, 1]) {
    await card.getByTestId('moment-before').click();
    await expect(done).toHaveCount(steps);
    await expect(card.getByTestId('task-file')).toHaveCount(steps);
  }
  await expect(card.getByTestId('moment')).toContainText('Step 1 done');
  await expect(card.getByTestId('run-task-button')).toBeHidden();
  await card.getByTestId('task-file').click();
  await expect(card.getByTestId('file-view')).toContainText('<i>Part 1</i>');
  // What one step and the plan had cost by then, the rest was spent later.
  const sums: { step: number | null; cost_micro_usd: number }[] = usage.by_step;
  const spent = sums
    .filter(({ step }) => step === null || step === 0)
    .reduce((sum, row) => sum + row.cost_micro_usd, 0);
  await expect(card.getByTestId('cost')).toContainText(`$${(spent / 1e6).toFixed(6).replace(/0+$/, '')} spent by then`);
  await openTab(card, 'cost');
  await expect(card.getByTestId('usage-step')).toHaveCount(2);

  // It can be sent to somebody: the moment is in the address.
  await page.reload();
  await expect(done).toHaveCount(1);
  await card.getByRole('slider').focus();
  await page.keyboard.press('Home');
  await expect(card.getByTestId('plan-step')).toHaveCount(0);
  await page.keyboard.press('End');
  await expect(done).toHaveCount(3);
  await expect(card.getByTestId('task-status')).toHaveText('Completed');
});
