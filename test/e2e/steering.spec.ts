import { expect, test } from '@playwright/test';
import { expectCompleted, expectStatus, openNewTask, openTab } from './on-page.ts';

const SLOW = { goal: 'build three parts slowly', agent_mode: 'claude' };

test('a run is paused, resumed and goes on to its end; what its state does not allow is not there', async ({
  page,
}) => {
  const { card } = await openNewTask(page, SLOW);
  await expect(card.getByTestId('pause-button')).toBeHidden();
  await card.getByTestId('run-task-button').click();
  await expectStatus(card, 'in_progress');
  await expect(card.getByTestId('resume-button')).toBeHidden();
  await card.getByTestId('pause-button').click();
  await expectStatus(card, 'waiting');
  await expect(card.getByTestId('pause-button')).toBeHidden();
  await card.getByTestId('resume-button').click();
  await expectCompleted(card);
  await expect(card.getByTestId('plan-step').and(card.locator('[data-status=completed]'))).toHaveCount(3);
  await expect(card.getByTestId('cancel-button')).toBeHidden();
});

test('cancelling asks first, by keyboard too, and keeps what was made; the task can be made anew from a step', async ({
  page,
}) => {
  const { card } = await openNewTask(page, SLOW);
  await card.getByTestId('run-task-button').click();
  await expectStatus(card, 'in_progress');
  await expect(card.getByTestId('tab-files')).toHaveText('Files1', { timeout: 15_000 });
  await card.getByTestId('cancel-button').press('Enter');
  await page.keyboard.press('Escape');
  await expect(card.getByTestId('cancel-button')).toBeFocused();
  await card.getByTestId('cancel-button').click();
  await card.getByTestId('cancel-button-yes').click();
  await expectStatus(card, 'cancelled');
  await openTab(card, 'files');
  await expect(card.getByTestId('task-file').first()).toBeVisible();

  await card.getByTestId('retry-here').first().click();
  await card.getByTestId('retry-here-yes').click();
  await expectCompleted(card);
  await expect(card.getByTestId('plan-step').first()).toContainText('attempt 2');
});

test('a refusal is shown with its reason and its request id', async ({ page }) => {
  const { id, card } = await openNewTask(page, SLOW);
  await card.getByTestId('run-task-button').click();
  await expectStatus(card, 'in_progress');
  await card.getByTestId('pause-button').waitFor();
  // Another tab was faster, and this one has not heard of it.
  await page.route(`**/tasks/${id}/pause`, (route) => route.continue({ url: route.request().url().replace(id, '0') }));
  await card.getByTestId('pause-button').click();
  await expect(card.getByTestId('problem')).toContainText('Task not found');
  await expect(card.getByTestId('problem')).toContainText('Request id');
  await expect(card.getByTestId('pause-button')).toBeEnabled();
});
