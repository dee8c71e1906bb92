import { expect, test } from '@playwright/test';
import { createTask, expectCompleted, openTask } from './on-page.ts';

test('who builds, what has to be approved and the cap are chosen with the goal', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByTestId('found-models')).toContainText('Found: Claude (Anthropic), claude-');
  await expect(page.getByTestId('found-models')).toContainText('set LOCAL_MODEL_URL (or run Ollama)');
  await page.selectOption('select[name=agent_mode]', 'chatgpt');
  await page.selectOption('select[name=approval]', 'plan');
  await page.fill('input[name=cap]', '1e9');
  await expect(page.locator('form.goal button[type=submit]')).toBeDisabled();
  await page.fill('input[name=cap]', '2.50');
  const { id, card: brief } = await createTask(page, 'build parts');
  await brief.getByTestId('run-task-button').click();
  await expect(brief.getByTestId('waiting')).toHaveAttribute('data-kind', 'plan');
  const card = await openTask(page, id);
  await expect(card.getByTestId('budget')).toContainText('of $2.50');
  await card.getByTestId('approve-button').click();
  await expectCompleted(card);
  await expect(card.getByTestId('task-agents')).toHaveText('by chatgpt');
});

test('what cannot be chosen says what to set for it', async ({ page }) => {
  await page.goto('/');
  const local = page.locator('select[name=agent_mode] option[value=local]');
  await expect(local).toHaveText('A model of your own (set LOCAL_MODEL_URL)');
  await expect(local).toBeDisabled();
  await expect(page.getByTestId('sandbox-banner')).toBeHidden();
});

test('where commands run without a sandbox, every page says so', async ({ page }) => {
  // A machine without a sandbox cannot be had in a test: its answer can.
  await page.route('**/agents', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), commands: 'unsafe' } });
  });
  await page.goto('/');
  await expect(page.getByTestId('sandbox-banner')).toContainText('Commands run without a sandbox.');
});
