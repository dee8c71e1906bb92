import { expect, type Locator, type Page, test } from '@playwright/test';
import { expectCompleted } from './on-page.ts';

const MOST_STOPS = 80;

/** Goes on by Tab alone until it is there. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Not reached by ${MOST_STOPS} presses of Tab: ${wanted}`);
}

test('a task is made, its plan edited and approved, and its changes read without a mouse', async ({ page }) => {
  await page.goto('/');
  await page.getByTestId('found-models').waitFor();
  await tabTo(page, page.locator('select[name=agent_mode]'));
  await page.keyboard.type('Claude');
  await tabTo(page, page.locator('select[name=approval]'));
  await page.keyboard.type('Ask before the first');
  await page.locator('input[name=goal]').focus();
  await page.keyboard.type('build parts by keyboard');
  await page.keyboard.press('Enter');
  const card = page.getByTestId('task-card').filter({ hasText: 'build parts by keyboard' });
  await card.waitFor();
  // The card is on the page where the goal was; its task has a page of its own.
  await tabTo(page, card.getByTestId('task-link'));
  await page.keyboard.press('Enter');
  await page.getByTestId('scrubber').or(page.getByTestId('tab-activity')).first().waitFor();

  await tabTo(page, card.getByTestId('run-task-button'));
  await page.keyboard.press('Enter');
  await card.getByTestId('approve-button').waitFor();
  await tabTo(page, card.getByTestId('edited-step').first());
  await page.keyboard.press('End');
  await page.keyboard.type(', with care');
  await tabTo(page, card.getByTestId('approve-button'));
  await page.keyboard.press('Enter');
  await expectCompleted(card);
  await expect(card.getByTestId('plan-step').first()).toContainText('Write the first part, with care');

  const changes = card.getByTestId('step-changes').first();
  await tabTo(page, changes);
  await page.keyboard.press('Enter');
  await expect(card.getByTestId('diff-view')).toBeFocused();

  // The sides of the task are one stop, and the arrow keys go from one to the next.
  await tabTo(page, card.getByTestId('tab-changes'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(card.getByTestId('task-log').first()).toBeVisible();
});
