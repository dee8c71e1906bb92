import { expect, test } from '@playwright/test';
import { expectCompleted, expectStatus, openFile, openNewTask, openTab } from './on-page.ts';

test('the agents are told apart, by part, vendor and model', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'multi' });
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);
  await openTab(card, 'said');
  const said = card.getByTestId('message');
  const planner = said.and(card.locator('[data-part=planner]'));
  await expect(planner).toHaveCount(1);
  await expect(planner).toContainText('Planner Claude (Anthropic) · claude-');
  const reviewer = said.and(card.locator('[data-part=reviewer]'));
  await expect(reviewer).toHaveCount(3);
  await expect(reviewer.first()).toContainText('Reviewer ChatGPT (OpenAI) · gpt-');
  await expect(said.and(card.locator('[data-part=builder]'))).toHaveCount(3);
  await card.getByTestId('transcript').locator('summary').click();
  await expect(card.getByTestId('transcript').locator('pre')).toContainText('[chatgpt] Approved: Good.');
});

test('what the user says while it runs is shown as text, and the agents hear it', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build parts slowly', agent_mode: 'claude' });
  await expect(card.getByTestId('message-field')).toBeHidden();
  await card.getByTestId('run-task-button').click();
  await expectStatus(card, 'in_progress');
  await card.getByTestId('message-field').fill('It is too short. <img src=x onerror=alert(1)>');
  await card.getByTestId('message-field').press('Control+Enter');
  await expect(card.getByTestId('message-field')).toHaveValue('');
  await openTab(card, 'said');
  await expect(card.getByTestId('message').and(card.locator('[data-part=user]'))).toContainText(
    'It is too short. <img src=x onerror=alert(1)>',
  );
  await expectCompleted(card);
  // The models of the tests make a part longer when they have heard that.
  await expect(await openFile(card, 'part-3.txt')).toContainText('made longer');
});
