import { expect, test } from '@playwright/test';
import { expectCompleted, expectStatus, openNewTask, openTab } from './on-page.ts';

test('what it costs is shown by agent and model, and adds up to what the task has spent', async ({ page }) => {
  const budget = { cap_micro_usd: 5_000_000 };
  const { id, card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'multi', budget });
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);
  await openTab(card, 'cost');
  const rows = card.getByTestId('usage-row');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('Claude (Anthropic)');
  await expect(rows.last()).toContainText('ChatGPT (OpenAI)');
  await expect(card.getByTestId('usage-step')).toHaveCount(4);
  const usage = await (await page.request.get(`/tasks/${id}/usage`)).json();
  const dollars = (usage.total.cost_micro_usd / 1_000_000).toFixed(4).replace(/(\.\d\d+?)0+$/, '$1');
  await expect(card.getByTestId('budget')).toHaveText(`$${dollars} of $5.00`);
});

test('the cap is set, changed and taken away, while it runs too', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build parts slowly', agent_mode: 'claude' });
  await expect(card.getByTestId('budget')).toHaveText('No limit is set.');
  await setCap('3');
  await expect(card.getByTestId('budget')).toHaveText('$0 of $3.00');
  await card.getByTestId('run-task-button').click();
  await expectStatus(card, 'in_progress');
  await setCap('4.5');
  await expect(card.getByTestId('budget')).toContainText('of $4.50');
  await expect(card.locator('[data-type=budget_changed]').last()).toContainText('$4.50');
  await setCap('');
  await expect(card.getByTestId('budget')).toContainText('No limit is set');

  async function setCap(text: string) {
    await card.getByTestId('change-cap').click();
    await card.getByTestId('cap').fill(text);
    await card.getByTestId('cap').press('Enter');
    await expect(card.getByTestId('cap')).toBeHidden();
  }
});
