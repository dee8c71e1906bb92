import { expect, test } from '@playwright/test';
import { SAID_ALOUD } from './models.ts';
import { expectCompleted, openNewTask, openTab } from './on-page.ts';

/** The model takes its time, so that it can be seen. */
const SLOWLY = { timeout: 20_000 };

test('what a model says and a command prints is seen while it comes, as text, and once only when it has ended', async ({
  page,
}) => {
  const { card } = await openNewTask(page, { goal: 'think aloud', agent_mode: 'claude' });
  await card.getByTestId('run-task-button').click();
  const said = card.getByTestId('live-said').and(card.locator('[data-part=builder]'));
  await expect(said).toContainText('First I look at', SLOWLY);
  await expect(said).toContainText('Claude (Anthropic) is answering');
  const output = card.getByTestId('live-output');
  await expect(output).toContainText('<b>first</b>', SLOWLY);
  await expect(output).toContainText('Output so far: run echo');
  // The message is whole by now, and no longer being said.
  await expect(said).toBeHidden();
  await openTab(card, 'said');
  await expect(card.getByTestId('message').filter({ hasText: SAID_ALOUD })).toHaveCount(1);
  await openTab(card, 'activity');
  await expectCompleted(card);
  await expect(output).toBeHidden();
  await expect(card.locator('[data-type=tool_finished]').first()).toContainText('second');
});
