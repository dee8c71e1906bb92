import { expect, test } from '@playwright/test';
import { expectCompleted, expectStatus, openNewTask } from './on-page.ts';

test('a question is shown as text and answered; the run goes on by itself', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build three parts, and ask me', agent_mode: 'claude' });
  await card.getByTestId('run-task-button').click();
  await expectStatus(card, 'waiting');
  await expect(card.getByTestId('question')).toHaveText('Which colour shall the <button> have?');
  await expect(card.getByTestId('run-task-button')).toBeHidden();
  await card.getByTestId('answer').fill('Blue, <b>please</b>');
  await card.getByTestId('answer-button').click();
  await expectCompleted(card);
  await expect(card.getByTestId('waiting')).toBeHidden();
  await expect(card.locator('[data-type=message_added]').getByText('Blue, <b>please</b>')).toBeVisible();
});

test('a plan is edited and approved: what was written is what is made', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'claude', approval: 'plan' });
  await card.getByTestId('run-task-button').click();
  await expectStatus(card, 'waiting');
  await card.getByTestId('edited-step').first().fill('Write <em>the first</em> part');
  await card.getByTestId('remove-step').nth(1).click();
  await card.getByTestId('add-step').click();
  await expect(card.getByTestId('edited-step').nth(2)).toBeFocused();
  await page.keyboard.type('Write the last part');
  await card.getByTestId('approve-button').click();
  await expectCompleted(card);
  await expect(card.getByTestId('plan-step').locator('p:first-child')).toHaveText([
    'Write <em>the first</em> part',
    'Write the third part',
    'Write the last part',
  ]);
});

test('a plan that changed elsewhere is not written over', async ({ page }) => {
  const { id, card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'claude', approval: 'plan' });
  await card.getByTestId('run-task-button').click();
  await expectStatus(card, 'waiting');
  await card.getByTestId('edited-step').first().fill('Mine');
  const headers = { origin: new URL(page.url()).origin };
  const theirs = ['Theirs', 'Write the second part'].map((description) => ({ description }));
  const answer = await page.request.patch(`/tasks/${id}`, { data: { plan: theirs }, headers });
  expect(answer.ok()).toBe(true);
  await expect(card.getByTestId('plan-step')).toHaveCount(2);
  await expect(card.getByTestId('waiting')).toContainText('The plan was changed elsewhere');
  await card.getByTestId('approve-button').click();
  await expect(card.getByTestId('problem')).toContainText('has changed since you read it');
  await card.getByTestId('plan-anew').click();
  await expect(card.getByTestId('edited-step').first()).toHaveValue('Theirs');
  // Nothing is written any more: what else is changed is taken over, and what is approved is what is shown.
  const more = [...theirs, { description: 'And one more' }];
  expect((await page.request.patch(`/tasks/${id}`, { data: { plan: more }, headers })).ok()).toBe(true);
  await expect(card.getByTestId('edited-step').last()).toHaveValue('And one more');
  await card.getByTestId('message-field').fill('A message does not make the plan another one.');
  await card.getByTestId('message-button').click();
  await card.getByTestId('edited-step').first().fill('Ours');
  await card.getByTestId('approve-button').click();
  await expectCompleted(card);
});

test('each step waits for approval where that was asked for', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'claude', approval: 'step' });
  await card.getByTestId('run-task-button').click();
  const done = card.locator('[data-testid=plan-step][data-status=completed]');
  for (const [index, kind] of ['plan', 'step', 'step'].entries()) {
    // The next box may be there before anybody sees that the one before it has gone.
    await expect(done).toHaveCount(index);
    await expect(card.getByTestId('waiting')).toHaveAttribute('data-kind', kind);
    await card.getByTestId('approve-button').click();
  }
  await expectCompleted(card);
});

test('where the reviewer is never content the user decides', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'build parts and dispute', agent_mode: 'multi' });
  await card.getByTestId('run-task-button').click();
  await expect(card.getByTestId('waiting')).toHaveAttribute('data-kind', 'dispute', { timeout: 30_000 });
  const reason = card.getByTestId('waiting').getByTestId('review-reason');
  await expect(reason).toHaveText('part-2.txt:1 It is too short. <b>Longer</b>, please.');
  await card.getByTestId('accept-button').click();
  await expectCompleted(card);
});

test('a run that the budget stopped goes on when the cap is raised', async ({ page }) => {
  const budget = { cap_micro_usd: 100 };
  const { card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'claude', budget });
  await card.getByTestId('run-task-button').click();
  const waiting = card.getByTestId('waiting');
  await expect(waiting).toHaveAttribute('data-kind', 'budget');
  await expect(waiting).toContainText('of $0.0001 is spent');
  await waiting.getByTestId('cap').fill('two');
  await expect(waiting.getByTestId('cap-button')).toBeDisabled();
  await waiting.getByTestId('cap').fill('2');
  await waiting.getByTestId('cap-button').click();
  await expectCompleted(card);
});

test('a call that may or may not have been made is shown as text, and settled by its user', async ({ page }) => {
  // Only a process that dies in the middle of a call leaves one: here the task is told so, as its newest state, which what
  // the socket tells of the true one does not replace.
  const call = { call_id: '0.1.1', step: 0, tool: 'deploy', summary: 'deploy <b>now</b>' };
  await page.route(/\/tasks\/[\w-]+$/, async (route) => {
    const answer = await route.fetch();
    const waiting = { status: 'waiting', waiting_for: 'uncertain', waiting_call: call, seq: 2 };
    await route.fulfill({ response: answer, json: { ...(await answer.json()), ...waiting } });
  });
  const { card } = await openNewTask(page, { goal: 'build parts', agent_mode: 'claude' });
  await expect(card.getByTestId('waiting')).toContainText('Step 1, deploy: deploy <b>now</b>');
  await card.getByTestId('waiting').getByRole('textbox').fill('It answered 200.');
  const sent = page.waitForRequest(/\/resolve$/);
  await card.getByTestId('resolve-done').click();
  expect((await sent).postDataJSON()).toEqual({ call_id: '0.1.1', decision: 'done', result: 'It answered 200.' });
  // The server knows of no such call, and says so.
  await expect(card.getByTestId('problem')).toContainText('waits for no decision about that call');
});
