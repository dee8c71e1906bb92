import { expect, test } from '@playwright/test';
import { expectCompleted, openNewTask } from './on-page.ts';

test('a step that was sent back once says how it was approved in the end', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build parts and send back', agent_mode: 'multi' });
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);
  const review = card.getByTestId('plan-step').nth(1).getByTestId('review');
  await expect(review).toContainText('Approved by chatgpt, round 2');
  const sentBack = card.locator('[data-type=review_given]').filter({ hasText: 'Changes wanted' });
  await expect(sentBack).toContainText('part-2.txt:1 It is too short. <b>Longer</b>, please.');
});

test('a step that nobody could review is not shown as passed', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build parts with no verdict', agent_mode: 'multi' });
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);
  const step = card.getByTestId('plan-step').nth(1);
  await expect(step).toHaveAttribute('data-verdict', 'unreviewed');
  await expect(step).toContainText('Done, but not reviewed');
  await expect(step.getByTestId('review')).toContainText('Not reviewed by chatgpt');
  await expect(step).not.toContainText('Approved');
});

test('a step that its user took is not shown as approved, and its reasons lead to the files', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build parts and dispute', agent_mode: 'multi' });
  await card.getByTestId('run-task-button').click();
  await card.getByTestId('accept-button').click();
  await expectCompleted(card);
  const review = card.getByTestId('plan-step').nth(1).getByTestId('review');
  await expect(review).toHaveAttribute('data-verdict', 'changes');
  await expect(review).toContainText('you took it as it is');
  await review.getByRole('button', { name: 'part-2.txt:1' }).click();
  await expect(card.getByTestId('file-view')).toContainText('<i>Part 2</i>');
});
