import { expect, test } from '@playwright/test';
import { expectStatus, openNewTask, openTask } from './on-page.ts';

/** The longest that is allowed, without a place to break it. */
const STEPS = Array.from({ length: 30 }, (_, step) => ({ description: `${step + 1} ${'x'.repeat(1_990)}` }));

test('the longest plan is shown whole, on a wide screen and on a phone, and nothing sticks out', async ({ page }) => {
  const { id, card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'claude', approval: 'plan' });
  await card.getByTestId('run-task-button').click();
  await expectStatus(card, 'waiting');
  const headers = { origin: new URL(page.url()).origin };
  const changed = await page.request.patch(`/tasks/${id}`, { headers, data: { plan: STEPS } });
  expect(changed.ok()).toBe(true);
  for (const width of [1_280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const shown = await openTask(page, id);
    await expect(shown.getByTestId('edited-step')).toHaveCount(STEPS.length, { timeout: 15_000 });
    await expect(shown.getByTestId('approve-button')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
  await page.request.post(`/tasks/${id}/cancel`, { headers });
  await expectStatus(card, 'cancelled');
  await expect(card.getByTestId('plan-step')).toHaveCount(STEPS.length);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
